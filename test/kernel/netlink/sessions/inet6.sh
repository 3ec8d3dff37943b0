ip netns add blue
ip link add va address 02:00:00:00:00:01 type veth peer name vb address 02:00:00:00:00:02
ip link set lo up
ip link set va up
ip link set vb up
sleep 3
ip -6 addr show
ip addr show dev va
ip -6 route show
ip -6 route show table all
ip -6 addr add 2001:db8::1/64 dev va
ip -6 addr add 2001:db8::1/64 dev va
ip -6 addr add 2001:db8:1::1/64 dev va nodad valid_lft 5000 preferred_lft 4000
ip -6 addr add 2001:db8:2::1 peer 2001:db8:2::9 dev vb nodad noprefixroute
ip -6 addr add 2001:db8:3::1/129 dev va
ip -6 addr del 2001:db8:9::1/64 dev va
sleep 2
ip -6 addr show
ip -6 addr change 2001:db8:1::1/64 dev va valid_lft forever preferred_lft forever
ip -6 route add 2001:db8:4::/48 via 2001:db8::9
ip -6 route add 2001:db8:4::/48 via 2001:db8::9
ip -6 route add 2001:db8:5::/48 dev vb metric 50 mtu 1400
ip -6 route add default via fe80::9 dev va
ip -6 route add blackhole 2001:db8:6::/48
ip -6 route add unreachable 2001:db8:7::/48 table 77
ip -6 route add 2001:db8:8::/48 via 2001:dead::1
ip -6 route add 2001:db8:9::/48 via fe80::9
ip -6 route show
ip -6 route show table local
ip -6 route show table 77
ip -6 route show dev vb
ip route show table all
ip -6 route get 2001:db8::5
ip -6 route get 2001:db8::1
ip -6 route get 2001:db8:4::1
ip -6 route get 2001:db8:6::1
ip -6 route get fe80::7 oif va
ip -6 route get ::1
ip -6 route get 2001:db8:5::1 from 2001:db8:2::1
ip -6 route del 2001:db8:4::/48
ip -6 route del 2001:db8:4::/48
ip -6 neigh add 2001:db8::7 lladdr 02:00:00:00:00:07 dev va
ip -6 neigh add 2001:db8::8 lladdr 02:00:00:00:00:08 dev va router nud permanent
ip -6 neigh add proxy 2001:db8::99 dev va
ip -6 neigh show
ip -6 neigh show proxy
ip -6 neigh get 2001:db8::7 dev va
ip -6 neigh del 2001:db8::7 dev va
ip -6 rule show
ip neigh show
ip -d link show dev va
ip link set va addrgenmode none
ip -d link show dev va
ip link set va netns blue
ip -n blue -6 addr show
ip -6 addr flush dev vb
ip addr show
