sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add va address 02:00:00:00:00:01 type veth peer name vb address 02:00:00:00:00:02
ip link set lo up
ip link set va up
ip link set vb up
sleep 0.5
ip addr add 10.0.0.1/24 dev va
ip addr add 10.0.0.1/24 dev va
ip addr add 10.0.0.2/24 brd + dev va label va:second
ip addr add 10.1.0.1 peer 10.1.0.9/32 dev vb scope link metric 50
ip addr add 10.2.0.1/24 dev vb noprefixroute
ip addr add 10.3.0.1/24 dev vb valid_lft 5000 preferred_lft 0
ip addr add 10.4.0.1/33 dev va
ip addr add 10.4.0.1/24 dev nosuch
ip addr add 10.4.0.1/24 dev va label longerthanfifteen
ip addr change 10.3.0.1/24 dev vb valid_lft 6000 preferred_lft 4000
ip addr show
ip addr show dev va
ip addr show up
ip addr show to 10.0.0.0/24
ip -4 addr show label va:second
ip addr change 10.3.0.1/24 dev vb valid_lft forever preferred_lft forever
ip addr del 10.9.9.9/24 dev va
ip addr del 10.0.0.2/24 dev va
ip addr del 10.2.0.1/24 dev vb
ip route show
ip route show table local
ip route show table all
ip route add 192.0.2.0/24 via 10.0.0.9
ip route add 192.0.2.0/24 via 10.0.0.9
ip route append 192.0.2.0/24 via 10.0.0.8
ip route add default via 10.0.0.9 dev va metric 100
ip route add 198.51.100.0/24 dev va src 10.0.0.1 mtu 1300 proto static
ip route add 198.51.101.0/24 via 10.7.7.7 dev va onlink table 77
ip route add blackhole 203.0.113.0/24
ip route add unreachable 203.0.114.0/24 metric 9
ip route add 192.0.3.0/24 via 172.16.0.1
ip route add 192.0.3.1/24 dev va
ip route add 192.0.3.0/24 dev va src 1.2.3.4
ip route add 192.0.3.0/24 dev va scope host via 10.0.0.9
ip route add throw 192.0.4.0/24 table 77
ip route replace 198.51.100.0/24 dev vb src 10.3.0.1
ip route change 198.51.100.0/24 dev vb tos 0x10
ip route show
ip route show table 77
ip route show table 78
ip route show 192.0.2.0/24
ip route show dev va
ip route show proto static
ip route show type blackhole
ip route show root 192.0.0.0/8
ip route get 192.0.2.7
ip route get 10.0.0.1
ip route get 10.0.0.255
ip route get 203.0.113.1
ip route get 203.0.114.1
ip route get 198.51.100.3 oif vb
ip route get 8.8.8.8 from 10.0.0.1
ip route get 8.8.8.8 from 1.2.3.4
ip route get 127.0.0.5
ip route get 224.0.0.1 dev va
ip route del 192.0.2.0/24 via 10.0.0.8
ip route del 192.0.9.0/24
ip route del 198.51.100.0/24 table 99
ip route del 198.51.101.0/24 table 77
ip rule show
ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev va
ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:0a dev va
ip neigh add 10.0.0.10 lladdr 02:00:00:00:00:0a dev va nud reachable
ip neigh add 10.0.0.11 dev va nud stale
ip neigh add 10.0.0.12 lladdr 02:00:00:00:00:0c dev va nud noarp
ip neigh add 10.0.0.13 lladdr 02:00 dev va
ip neigh add proxy 10.0.0.99 dev va
ip neigh change 10.0.0.77 lladdr 02:00:00:00:00:0c dev va
ip neigh replace 10.0.0.10 lladdr 02:00:00:00:00:1a dev va nud stale
ip neigh show
ip neigh show dev va nud permanent
ip neigh show nud all
ip neigh show proxy
ip neigh get 10.0.0.9 dev va
ip neigh get 10.0.0.88 dev va
ip neigh get 10.0.0.99 dev va proxy
ip neigh del 10.0.0.9 dev va
ip neigh del 10.0.0.9 dev va
ip neigh del 10.0.0.99 dev va proxy
ip neigh flush dev va
ip ntable show
ip addr flush dev vb
ip route flush table 77
ip addr show
