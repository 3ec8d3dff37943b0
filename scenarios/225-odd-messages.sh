#!/bin/bash
# Messages that are rare. See: ARP of IEEE 802 hardware, an echo with a code, source quenches, what a socket bound to lo sends to others,
# directed broadcasts through a router (bc_forwarding), a capture that takes what no protocol knows, entries from a file (arp -f).
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns add r
ip netns add b
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv4.ip_forward=1
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv4.icmp_echo_ignore_broadcasts=0
ip -n a link add a0 address 02:00:00:00:00:0a type veth peer name r0 address 02:00:00:00:00:a0 netns r
ip -n r link add r1 address 02:00:00:00:00:b0 type veth peer name b0 address 02:00:00:00:00:0b netns b
ip -n a link set lo up
ip -n a addr add 10.0.0.1/24 brd + dev a0
ip -n r addr add 10.0.0.254/24 brd + dev r0
ip -n r addr add 10.0.1.254/24 brd + dev r1
ip -n b addr add 10.0.1.1/24 brd + dev b0
ip -n a link set a0 up
ip -n r link set r0 up
ip -n r link set r1 up
ip -n b link set b0 up
ip netns exec r sysctl -qw net.ipv4.neigh.r0.delay_first_probe_time=60 net.ipv4.neigh.r1.delay_first_probe_time=60
ip netns exec b sysctl -qw net.ipv4.neigh.b0.delay_first_probe_time=60
sleep 1.2
ip -n a route add default via 10.0.0.254
ip -n b route add default via 10.0.1.254
ip netns exec a rawsend a0 ff:ff:ff:ff:ff:ff 02:00:00:00:00:0a 0806 000608000604000102000000000a0a0000010000000000000a0000fe
ip netns exec a rawsend a0 ff:ff:ff:ff:ff:ff 02:00:00:00:00:0a 0806 000708000604000102000000000a0a0000020000000000000a0000fe
ip -n r neigh
ip netns exec a rawip a0 02:00:00:00:00:a0 02:00:00:00:00:0a 10.0.0.1 10.0.0.254 type=8 code=5
ip netns exec a rawip a0 02:00:00:00:00:a0 02:00:00:00:00:0a 10.0.0.1 10.0.0.254 type=4 len=8
ip netns exec a rawip a0 02:00:00:00:00:a0 02:00:00:00:00:0a 10.0.0.1 10.0.0.254 type=4 len=48
ip netns exec r nstat -asz IcmpInErrors IcmpInSrcQuenchs IcmpOutEchoReps
ip netns exec a udpsend 10.0.0.254 5000 1 100 - lo
ip netns exec a nstat -asz IpInDelivers UdpNoPorts IcmpOutDestUnreachs
ip netns exec r sysctl -w net.ipv4.conf.all.bc_forwarding=1
ip netns exec a ping -c 1 -W 0.4 10.0.1.255
ip netns exec r sysctl -w net.ipv4.conf.r0.bc_forwarding=1
ip netns exec a ping -c 1 -W 0.4 10.0.1.255
ip netns exec a ping -b -c 1 -W 0.4 10.0.0.255
ip netns exec r nstat -asz IpExtInBcastPkts IpExtOutBcastPkts IpForwDatagrams
ip netns exec a rawsend a0 02:00:00:00:00:a0 02:00:00:00:00:0a 88b5 01020304
ip netns exec r timeout 2 tcpdump -n -i r0 -w taken ether proto 0x88b6 2>/dev/null &
sleep 1
ip netns exec a rawsend a0 02:00:00:00:00:a0 02:00:00:00:00:0a 88b5 01020304
wait
ip -s -n r link show r0
cat > ethers <<EOF
02:00:00:00:00:21 10.0.0.21
10.0.0.22 02:00:00:00:00:22
# neither
10.0.0.23 02:00:00:00:00:23 temp
10.0.0.24
EOF
ip netns exec a arp -f ethers
ip -n a neigh show nud permanent | sort
