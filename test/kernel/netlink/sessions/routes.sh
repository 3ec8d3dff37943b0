sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add va address 02:00:00:00:00:01 type veth peer name vb address 02:00:00:00:00:02
ip link set lo up
ip link set va up
ip link set vb up
ip addr add 10.0.0.1/24 dev va
ip addr add 10.1.0.1/24 dev vb
sleep 0.5
ip route add 192.0.2.0/24 nexthop via 10.0.0.9 dev va weight 3 nexthop via 10.1.0.9 dev vb onlink
ip route add 192.0.3.0/24 nexthop via 10.0.0.9 nexthop dev vb weight 256
ip route add 192.0.3.0/24 nexthop via 10.0.0.9 nexthop via 172.16.0.9
ip route add 192.0.4.0/24 via 10.0.0.9 mtu lock 1300 advmss 1200 window 5000 rtt 30ms rttvar 20ms cwnd 9 initcwnd 8 initrwnd 7 ssthresh 6 reordering 5 hoplimit 4 quickack 1 features ecn rto_min 50ms fastopen_no_cookie 1 congctl reno realm 3/4
ip route add 192.0.5.0/24 dev va realm 7 table 300
ip route show
ip route show table all
ip route show cache
ip route get 192.0.4.5
ip route get 192.0.4.6 mark 7 ipproto udp sport 5 dport 6
ip route get fibmatch 192.0.2.5
ip route get fibmatch 10.9.9.9
ip route get 10.0.0.1 iif vb
ip route get 192.0.4.1 tos 0x10
ip route get 192.0.4.1 from 10.0.0.9 iif va
ip route del 192.0.2.0/24 nexthop via 10.0.0.9 dev va weight 3 nexthop via 10.1.0.9 dev vb
ip route change 192.0.4.0/24 via 10.0.0.8
ip rule show
ip rule add from 10.0.0.0/24 table 300 priority 100
ip rule add from 10.0.0.0/24 table 300 priority 100
ip rule add to 192.0.2.9 iif va oif vb fwmark 5/7 lookup 300
ip rule add not tos 0x10 uidrange 5-7 ipproto tcp sport 8 dport 9-10 blackhole
ip rule add priority 50 goto 100
ip rule add priority 60 goto 70
ip rule add iif nosuch table 9 suppress_prefixlength 3 suppress_ifgroup 4 protocol static realms 3/4
ip rule add from 10.0.0.1/33
ip rule add priority 70 l3mdev
ip rule add priority 80 unreachable
ip rule add priority 90 prohibit from 1.2.3.4
ip rule show
ip rule show from 10.0.0.0/24
ip rule del priority 100
ip rule del priority 100
ip rule del from 9.9.9.9
ip rule del priority 50
ip rule show
ip rule flush
ip rule show
ip netconf show dev va
ip netconf show
ip -4 netconf
