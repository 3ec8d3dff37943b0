#!/bin/bash
# Programs that make frames of their own. See: lengths up to the MTU, a VLAN tag more for tagged frames; a device that is down
# says so, one whose peer is down does not; an ARP request by hand makes a neighbour, a reply none; on lo frames come back; what
# a script in Python says of arguments that it cannot use.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
for h in red blue; do
  ip netns add $h
  ip netns exec $h sysctl -qw net.ipv6.conf.all.disable_ipv6=1
done
ip link add va address 02:00:00:00:00:01 netns red type veth peer name vb address 02:00:00:00:00:02 netns blue
ip -n red addr add 10.0.0.1/24 brd + dev va
ip -n blue addr add 10.0.0.2/24 brd + dev vb
ip -n red link set lo up
ip -n blue link set lo up
ip -n red link set va up
ip -n blue link set vb up
z1500=$(printf '00%.0s' {1..1500})
ip netns exec red rawsend va 02:00:00:00:00:02 02:00:00:00:00:01 88b5 $z1500
ip netns exec red rawsend va 02:00:00:00:00:02 02:00:00:00:00:01 88b5 ${z1500}00
ip netns exec red rawsend va 02:00:00:00:00:02 02:00:00:00:00:01 8100 ${z1500}00000000
ip netns exec red rawsend va 02:00:00:00:00:02 02:00:00:00:00:01 8100 ${z1500}0000000000
ip netns exec red rawsend va 02:00:00:00:00:02 02:00:00:00:00:01 88b5 00 3 0.1
ip netns exec red rawsend lo 00:00:00:00:00:00 00:00:00:00:00:00 88b5 00 2
ip netns exec red rawip lo 00:00:00:00:00:00 00:00:00:00:00:00 127.0.0.1 127.0.0.1
ip netns exec red rawarp va ff:ff:ff:ff:ff:ff 1 02:00:00:00:00:01 10.0.0.1 00:00:00:00:00:00 10.0.0.2
ip -n blue neigh
ip netns exec red rawarp va 02:00:00:00:00:02 2 02:00:00:00:00:55 10.0.0.55 02:00:00:00:00:02 10.0.0.2
ip -n blue neigh
ip netns exec red rawip va 02:00:00:00:00:02 02:00:00:00:00:01 10.0.0.1 10.0.0.2 len=0x10 count=2 interval=0.1
ip netns exec red rawip va 02:00:00:00:00:02 02:00:00:00:00:01 10.0.0.1 10.0.0.2 len=1473
ip -n red -s link show lo
ip -n blue -s link show vb
ip -n blue link set vb down
sleep 1.3
ip netns exec red rawsend va 02:00:00:00:00:02 02:00:00:00:00:01 88b5 00 2
ip -n red link set va down
ip netns exec red rawsend va 02:00:00:00:00:02 02:00:00:00:00:01 88b5
ip netns exec red rawip va 02:00:00:00:00:02 02:00:00:00:00:01 10.0.0.1 10.0.0.2
ip netns exec red rawarp va ff:ff:ff:ff:ff:ff 1 02:00:00:00:00:01 10.0.0.1 00:00:00:00:00:00 10.0.0.2
ip -n red -s link show va
rawsend nodev 02:00:00:00:00:02 02:00:00:00:00:01 88b5
rawsend lo 02:00:00:00:00:0g 02:00:00:00:00:01 88b5
rawsend lo
rawarp lo ff:ff:ff:ff:ff:ff 1 02:00:00:00:00:0x 10.0.0.1 00:00:00:00:00:00 10.0.0.2
rawarp lo ff:ff:ff:ff:ff:ff 300 02:00:00:00:00:01 10.0.0.1 00:00:00:00:00:00 10.0.0.2
rawip lo 02:00:00:00:00:02 02:00:00:00:00:01 10.0.0.1
rawip lo 02:00:00:00:00:02 02:00:00:00:00:01 10.0.0.1 10.0.0.2x
rawip lo 02:00:00:00:00:02 02:00:00:00:00:01 10.0.0.1 10.0.0.2 proto=foo
rawip lo 02:00:00:00:00:02 02:00:00:00:00:01 10.0.0.1 10.0.0.2 proto=tcp flags=SX
rawip lo 02:00:00:00:00:02 02:00:00:00:00:01 10.0.0.1 10.0.0.2 id=010
rawip lo 02:00:00:00:00:02 02:00:00:00:00:01 10.0.0.1 10.0.0.2 ttl=256
