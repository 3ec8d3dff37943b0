#!/bin/bash
# Record route and time stamps (-R, -T) on their way over a router. See: each host fills in the address that the packet leaves by,
# the answer takes them back; errors bring them, too; fragments after the first have padding in their place; a full list counts hops.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
sysctl -qw net.ipv6.conf.default.disable_ipv6=1
for n in r b; do ip netns add $n; ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip -n $n link set lo up; done
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name r0 address 02:00:00:00:01:00 netns r
ip -n r link add r1 address 02:00:00:00:01:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip addr add 10.0.1.1/24 brd + dev v0
ip link set v0 up
ip -n r addr add 10.0.1.254/24 brd + dev r0
ip -n r addr add 10.0.2.254/24 brd + dev r1
ip -n r link set r0 up
ip -n r link set r1 up
ip -n b addr add 10.0.2.2/24 brd + dev v1
ip -n b link set v1 up
ip route add default via 10.0.1.254
ip -n b route add default via 10.0.2.254
ip netns exec r sysctl -w net.ipv4.ip_forward=1
sleep 0.1
ping -c 1 -R 10.0.2.2
ping -c 2 -i 0.2 -R -n 10.0.2.2
ping -c 1 -T tsonly 10.0.2.2
ping -c 1 -T tsandaddr 10.0.2.2
ping -c 1 -T tsprespec 10.0.1.254 10.0.2.2 10.0.2.2
ping -c 1 -T tsprespec 10.0.2.254 10.0.2.2 10.0.2.2
ping -c 1 -T tsprespec 10.0.1.1 10.0.1.254 10.0.2.2 10.0.2.2
ping -c 1 -R -t 1 10.0.2.2
ping -c 1 -R -t 1 -s 600 10.0.2.2
ping -c 1 -T tsandaddr -t 1 10.0.2.2
ping -c 1 -R 10.9.9.9
ping -c 1 -R -s 2000 10.0.1.254
ping -c 1 -T tsonly -s 1500 10.0.1.254
ping -c 1 -R -s 1432 10.0.2.2
ping -c 1 -R -s 1433 10.0.1.254
ping -c 1 -R -M do -s 1433 10.0.2.2
ping -f -c 2 -R 10.0.2.2
ping -c 1 -s 4 -T tsonly 10.0.2.2
ping -c 1 -R 127.0.0.1
ping -c 1 -T tsandaddr 10.0.1.1
nstat -as
ip netns exec r nstat -as
ip netns exec b nstat -as
