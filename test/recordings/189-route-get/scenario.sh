#!/bin/bash
# ip route get of own packets and of those that come in, and the routes behind the answers
ip netns add a; ip netns add r; ip netns add b; 
for n in a r b; do ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip -n $n link set lo up; done
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name ra address 02:00:00:00:00:f1 netns r
ip -n b link add eth0 address 02:00:00:00:00:0b type veth peer name rb address 02:00:00:00:00:f2 netns r
ip -n a addr add 10.0.1.1/24 dev eth0; ip -n r addr add 10.0.1.254/24 dev ra
ip -n b addr add 10.0.2.1/24 dev eth0; ip -n r addr add 10.0.2.254/24 dev rb
ip -n a link set eth0 up; ip -n r link set ra up; ip -n b link set eth0 up; ip -n r link set rb up
ip -n a route add default via 10.0.1.254
ip -n b route add default via 10.0.2.254
ip netns exec r sysctl -w net.ipv4.ip_forward=1
for d in 224.0.0.1 239.1.1.1; do echo "== $d"; ip -n a route get $d; ip -n a route get fibmatch $d; ip -n a -d route get $d; ip -n a -d route get fibmatch $d; ip -n a -j route get $d; ip -n r route get $d from 10.0.1.1 iif ra; ip -n r route get fibmatch $d from 10.0.1.1 iif ra; done
for d in 255.255.255.255 10.0.1.255; do echo "== $d"; ip -n a route get $d; ip -n a route get fibmatch $d; ip -n a -d route get $d; ip -n a -d route get fibmatch $d; ip -n a -j route get $d; ip -n r route get $d from 10.0.1.1 iif ra; ip -n r route get fibmatch $d from 10.0.1.1 iif ra; done
for d in 10.0.1.0 127.0.0.1; do echo "== $d"; ip -n a route get $d; ip -n a route get fibmatch $d; ip -n a -d route get $d; ip -n a -d route get fibmatch $d; ip -n a -j route get $d; ip -n r route get $d from 10.0.1.1 iif ra; ip -n r route get fibmatch $d from 10.0.1.1 iif ra; done
for d in 10.0.1.1 0.0.0.0; do echo "== $d"; ip -n a route get $d; ip -n a route get fibmatch $d; ip -n a -d route get $d; ip -n a -d route get fibmatch $d; ip -n a -j route get $d; ip -n r route get $d from 10.0.1.1 iif ra; ip -n r route get fibmatch $d from 10.0.1.1 iif ra; done
for d in 8.8.8.8 240.0.0.1; do echo "== $d"; ip -n a route get $d; ip -n a route get fibmatch $d; ip -n a -d route get $d; ip -n a -d route get fibmatch $d; ip -n a -j route get $d; ip -n r route get $d from 10.0.1.1 iif ra; ip -n r route get fibmatch $d from 10.0.1.1 iif ra; done
ip -n a route get 8.8.8.8 from 10.9.9.9
ip -n a route get 8.8.8.8 from 10.0.1.1
ip -n a route get 8.8.8.8 from 10.0.1.1 oif eth0
ip -n a route get 8.8.8.8 oif lo
ip -n a route get 10.0.1.1 oif eth0
ip -n a route get 10.0.1.1 oif lo
ip -n a route get 8.8.8.8 mark 5
ip -n a route get 8.8.8.8 mark 0x10 uid 1000 tos 0x10 
ip -n a route get 8.8.8.8 tos 4
ip -n a route get 8.8.8.8 tos 3
ip -n a route get 8.8.8.8 ipproto udp sport 53 dport 77
ip -n a route get 8.8.8.8 ipproto 6
ip -n a route get 8.8.8.8 ipproto nosuch
ip -n a route get 8.8.8.8 dport x
ip -n a route get to 8.8.8.8 connected
ip -n a -o route get 8.8.8.8
ip -n r route get 10.0.2.1 from 10.0.1.1 iif ra
ip -n r -d route get 10.0.2.1 from 10.0.1.1 iif ra
ip -n r route get 10.0.1.77 from 10.0.1.1 iif ra
ip -n r route get 10.0.9.1 from 10.0.1.1 iif ra
ip -n r route get 10.0.2.1 from 127.0.0.1 iif ra
ip -n r route get 10.0.2.1 from 10.0.2.254 iif ra
ip -n r route get 10.0.2.1 from 0.0.0.0 iif ra
ip -n r route get 255.255.255.255 from 0.0.0.0 iif ra
ip -n r route get 10.0.2.1 iif ra
ip -n r route get 10.0.2.1 iif nosuch
ip -n r route get 10.0.2.1 oif nosuch
ip -n r route get 10.0.2.1/24
ip -n r route get
ip -n r route get 10.0.2.1 from 10.0.1.1 iif ra uid 3
sleep 0.1; ip netns exec a ping -c1 -W1 10.0.2.1
ip -n r route add 10.0.50.0/24 via 10.0.1.77
ip -n r route add 10.0.51.0/24 via 10.0.2.77
ip -n r route get 10.0.50.1 from 10.0.1.1 iif ra
ip -n r route get 10.0.51.1 from 10.0.1.1 iif ra
ip netns exec r sysctl -w net.ipv4.conf.ra.send_redirects=0  net.ipv4.conf.all.send_redirects=0
ip -n r route get 10.0.50.1 from 10.0.1.1 iif ra
