#!/bin/bash
# Policy routing of IPv6: rules by source, destination, mark and device, those that refuse, goto and suppressed routes; two uplinks.
for n in h g1 g2 srv; do ip netns add $n; ip -n $n link set lo up; done
ip link add u1 netns h address 02:00:00:00:01:01 type veth peer name e0 netns g1 address 02:00:00:00:01:02
ip link add u2 netns h address 02:00:00:00:02:01 type veth peer name e0 netns g2 address 02:00:00:00:02:02
ip link add x0 netns g1 address 02:00:00:00:03:01 type veth peer name s1 netns srv address 02:00:00:00:03:02
ip link add x0 netns g2 address 02:00:00:00:04:01 type veth peer name s2 netns srv address 02:00:00:00:04:02
for n in g1 g2; do ip netns exec $n sysctl -qw net.ipv6.conf.all.forwarding=1; done
ip -n h addr add 2001:db8:1::1/64 dev u1 nodad; ip -n g1 addr add 2001:db8:1::2/64 dev e0 nodad
ip -n h addr add 2001:db8:2::1/64 dev u2 nodad; ip -n g2 addr add 2001:db8:2::2/64 dev e0 nodad
ip -n g1 addr add 2001:db8:3::1/64 dev x0 nodad; ip -n srv addr add 2001:db8:3::2/64 dev s1 nodad
ip -n g2 addr add 2001:db8:4::1/64 dev x0 nodad; ip -n srv addr add 2001:db8:4::2/64 dev s2 nodad
ip -n srv addr add 2001:db8:99::1/128 dev lo
for n in h g1 g2 srv; do for d in u1 u2 e0 x0 s1 s2; do ip -n $n link set $d up 2>/dev/null; done; done
sleep 3.4
ip -n h -6 route add default via 2001:db8:1::2 table 101
ip -n h -6 route add default via 2001:db8:2::2 table 102
ip -n h -6 rule add from 2001:db8:1::/64 lookup 101 pref 1001
ip -n h -6 rule add from 2001:db8:2::/64 lookup 102 pref 1002
ip -n g1 -6 route add 2001:db8:99::/48 via 2001:db8:3::2
ip -n g2 -6 route add 2001:db8:99::/48 via 2001:db8:4::2
ip -n srv -6 route add 2001:db8:1::/64 via 2001:db8:3::1
ip -n srv -6 route add 2001:db8:2::/64 via 2001:db8:4::1
ip -n h -6 rule show
ip netns exec h ping -c 1 -W 1 2001:db8:99::1
ip netns exec h ping -c 2 -i 0.2 -I 2001:db8:1::1 2001:db8:99::1
ip netns exec h ping -c 2 -i 0.2 -I 2001:db8:2::1 2001:db8:99::1
ip -n h -6 route get 2001:db8:99::1
ip -n h -6 route get 2001:db8:99::1 from 2001:db8:1::1
ip -n h -6 route get 2001:db8:99::1 from 2001:db8:2::1
ip -n h -6 route get 2001:db8:99::1 oif u1
ip -n h -6 rule add to 2001:db8:99::/64 lookup 102 pref 900
ip -n h -6 route get 2001:db8:99::1
ip netns exec h ping -c 1 2001:db8:99::1
ip -n h -6 rule add to 2001:db8:99::1 prohibit pref 800
ip netns exec h ping -c 1 2001:db8:99::1
ip -n h -6 route get 2001:db8:99::1
ip -n h -6 rule add to 2001:db8:99::1 unreachable pref 700
ip netns exec h ping -c 1 2001:db8:99::1
ip -n h -6 rule add to 2001:db8:99::1 blackhole pref 600
ip netns exec h ping -c 1 2001:db8:99::1
ip -n h -6 rule del pref 600
ip -n h -6 rule del pref 700
ip -n h -6 rule del pref 800
ip -n h -6 rule add fwmark 5 lookup 101 pref 10
ip netns exec h ping -c 1 -m 5 2001:db8:99::1
ip -n h -6 route get 2001:db8:99::1 mark 5
ip -n g1 -6 rule add iif e0 to 2001:db8:99::/48 prohibit
ip netns exec h ping -c 1 -I 2001:db8:1::1 2001:db8:99::1
ip -n g1 -6 rule flush
ip -n g1 -6 rule
ip netns exec h ping -c 1 -W 0.5 -I 2001:db8:1::1 2001:db8:99::1
ip -n h -6 rule add pref 5 goto 1002
ip -n h -6 rule add pref 20000 lookup main suppress_prefixlength 0
ip -n h -6 rule
ip -n h -6 route show table 101
ip -n h -6 route show table all | grep -v 'table local'
ip -n h -6 rule del pref 77
ip -n h -6 rule add from 2001:db8:5::1/64 table 5
ip -n h -6 rule del table 5
ip -n h -6 rule del from 2001:db8:1::/64
ip -n h -j -6 rule
ip -n h -6 route flush table 102
ip -n h -6 route show table 102
ip -n h -6 route show table 103
