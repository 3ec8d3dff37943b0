#!/bin/bash
# Router advertisements of IPv6 that are taken: default routers, prefixes, addresses, MTU, hop limit, times, preferences, routes; what ends them.
R_plain=6000000000383afffe80000000000000000000fffe000002ff0200000000000000000000000000018600ac644000070800000000000000000101020000000002030440c000000e10000007080000000020010db8000100000000000000000000
R_more=6000000000983afffe80000000000000000000fffe000002ff0200000000000000000000000000018600aead3788025800004e20000001f401010200000000020501000000000578030440c000005460000000000000000020010db800010000000000000000000003044080ffffffffffffffff0000000020010db80002000000000000000000000304404000000e10000007080000000020010db8000300000000000000000000180330080000038420010db8000900000000000000000000
R_short=6000000000583afffe80000000000000000000fffe000002ff020000000000000000000000000001860056d64000000000000000000000000101020000000002030440c00000000a000000050000000020010db8000100000000000000000000030440c000000000000000000000000020010db8000200000000000000000000
R_badhop=6000000000383a40fe80000000000000000000fffe000002ff0200000000000000000000000000018600ac614000070800000000000000000101020000000002030440c000000e10000007080000000020010db8000400000000000000000000
R_global=6000000000383aff20010db8000100000000000000000002ff02000000000000000000000000000186007c284000070800000000000000000101020000000002030440c000000e10000007080000000020010db8000400000000000000000000
R_p128=6000000000703afffe80000000000000000000fffe000002ff0200000000000000000000000000018600f63b400007080000000000000000030430c000000e10000007080000000020010db8000500000000000000000000030440c000000e100000070800000000fe800000000000000000000000000000030440c0000000050000000a0000000020010db8000600000000000000000000
for n in a r; do ip netns add $n; ip -n $n link set lo up; done
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v1 netns r address 02:00:00:00:00:02
ip netns exec r sysctl -qw net.ipv6.conf.all.forwarding=1
ip -n a link set v0 up
ip -n r link set v1 up
sleep 3.4
send() { ip netns exec r rawsend v1 33:33:00:00:00:01 02:00:00:00:00:02 86dd $1; }
ip -n a monitor route > /tmp/ra.mon & M=$!
sleep 0.3
send $R_plain
ip -n a -6 addr show dev v0
sleep 2.3
ip -n a -6 addr show dev v0
ip -n a -6 route
ip -n a -6 route show table local
ip -n a -6 neigh
ip netns exec a cat /proc/net/ipv6_route | awk '{print $1,$2,$5,$6,$9,$10}'
ip netns exec a route -6 -n | awk '{print $1,$2,$3,$4,$7}'
ip netns exec a sysctl net.ipv6.conf.v0.hop_limit net.ipv6.conf.v0.mtu net.ipv6.neigh.v0.retrans_time_ms net.ipv6.neigh.v0.base_reachable_time_ms
ip -n r addr add 2001:db8:1::ffff/64 dev v1 nodad
ip netns exec a ping -c 1 2001:db8:77::1
ip netns exec a sysctl -w net.ipv6.conf.v0.accept_ra_rt_info_max_plen=64
send $R_more
sleep 2.3
ip -n a -6 addr show dev v0
ip -n a -6 route
ip netns exec a sysctl net.ipv6.conf.v0.hop_limit net.ipv6.conf.v0.mtu net.ipv6.neigh.v0.retrans_time_ms net.ipv6.neigh.v0.base_reachable_time_ms net.ipv6.neigh.v0.gc_stale_time
ip netns exec a ping -c 1 -s 1372 2001:db8:1::ffff
ip -n a link show dev v0
send $R_badhop
send $R_global
send $R_p128
ip -n a -6 addr show dev v0
ip -n a -6 route
send $R_short
ip -n a -6 addr show dev v0
ip -n a -6 route
ip -n a token set ::77 dev v0
send $R_plain
sleep 2.3
ip -n a -6 addr show dev v0
ip -n a token set ::78 dev v0
ip -n a -6 addr show dev v0 to ::77/0
ip netns exec a sysctl -w net.ipv6.conf.v0.accept_ra_pinfo=0 net.ipv6.conf.v0.accept_ra_defrtr=0
ip -n a link set v0 down
ip -n a link set v0 up
sleep 3.4
send $R_plain
ip -n a -6 addr show dev v0
ip -n a -6 route
ip netns exec a sysctl -w net.ipv6.conf.v0.accept_ra_defrtr=1 net.ipv6.conf.v0.ra_defrtr_metric=50
send $R_plain
ip -n a -6 route
ip netns exec a sysctl -w net.ipv6.conf.v0.accept_ra=0
send $R_short
ip -n a -6 route
ip netns exec a sysctl -w net.ipv6.conf.v0.forwarding=1
ip -n a -6 route
send $R_plain
ip -n a -6 route
ip netns exec a sysctl -w net.ipv6.conf.v0.accept_ra=2
send $R_plain
ip -n a -6 route
ip netns exec a nstat -az Icmp6InRouterAdvertisements Icmp6OutRouterSolicits
sleep 0.2
kill $M; wait
cat /tmp/ra.mon
