#!/bin/bash
# Every attribute that 'ip link set' takes for a veth, and the names that a device may have. See: what is refused and in which words; flags
# that are only kept; states that an administrator may set, and those not; groups; other names; a rename while up.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add va address 02:00:00:00:00:01 type veth peer name vb address 02:00:00:00:00:02
ip -d -s -s link show va
ip -j -p -d link show va
ip link set va trailers on
ip link set va trailers off
ip link show va
ip link set va dynamic on
ip link show va
ip link set va dynamic off
ip link set va arp off multicast off
ip link show va
ip link set va promisc on allmulticast on
ip link set va protodown on
ip link set va protodown_reason 1 on
ip link set va carrier off
ip link set va carrier on
ip link set va mode dormant
ip link show va
ip link set va mode default
ip link set va mode foo
ip link set va state up
ip link set va state down
ip link set va state foo
ip link show va
ip link set va gso_max_size 1000
ip link set va gso_max_segs 10
ip link set va gro_max_size 1000
ip link set va gso_max_size 600000
ip link set va gso_max_segs 70000
ip link set va gro_max_size 600000
ip link set va gro_ipv4_max_size 1000
ip link set va vf 0 mac 02:00:00:00:00:05
ip link set va vf 0 vlan 5
ip link set va xdp off
ip link set va txqueuelen 5
ip link set va txqlen 6
ip link set va qlen 7
ip link show va
ip link set va alias "hello there"
ip link show va
ip link set va alias ""
ip link set va name vb
ip link set va name c up
ip link show c
ip link set c name d
ip link show d
ip link set dev d name x%d
ip link show
ip link set x0 group 5
ip link show group 5
ip link show group foo
ip link set group 5 up
ip link set group 5 mtu 1400
ip link show group 5
ip link set group 0 down
ip link
ip link set dev x0 group default
ip link property add dev x0 altname thelongname1234567890 altname al2
ip link show thelongname1234567890
ip link property add dev vb altname al2
ip link property add dev vb altname x0
ip link property del dev x0 altname al2
ip link property del dev x0 altname nosuch
ip link property del dev vb altname x0
ip link property
ip link property foo
ip link property add
ip link property add dev x0
ip link property add dev x0 foo
ip link set al2 up
ip link set thelongname1234567890 down
ip link
