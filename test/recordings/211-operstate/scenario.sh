#!/bin/bash
# The states of both ends in every order of up, down, moves and deletion. See: the state word and the flags from both sides, carrier and its
# count of changes, M-DOWN and who shows it, an end whose peer is elsewhere, a peer that is gone.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add n
ip netns exec n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip -n n link add x0 address 02:00:00:00:00:09 type veth peer name x1 address 02:00:00:00:00:0a
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
show() { sleep 0.1; ip -br link; ip -br -n n link; for d in v0 v1; do [ -d /sys/class/net/$d ] && echo $d $(cat /sys/class/net/$d/{operstate,carrier_changes,carrier_up_count,carrier_down_count,flags}); done; }
show
ip link set v0 up
show
ip link set v1 up
show
ip link set v0 down
show
ip link set v1 down
show
ip link set v1 up
show
ip link set v0 up
show
ip link set v0 carrier off
ip link set v1 netns n
sleep 1.2
show
ip -n n link set v1 up
show
ip link set v0 down
sleep 1.2
show
ip link set v0 up
sleep 1.2
show
ip -n n link set v1 down
sleep 1.2
show
ip -n n link set v1 mode dormant
ip -n n link set v1 up
sleep 1.2
show
ip -n n link set v1 mode default
show
ip -n n link set v1 state up
show
ip -n n link set v1 name v0
show
ip -n n link set v0 netns n
ip link set v0 netns n name v2
show
ip -n n link set v2 up
sleep 1.2
show
ip netns exec n ethtool v0
ip netns exec n ethtool v2
ip -n n link del v0
show
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns n
ip link set v0 up
ip -n n link set v1 up
show
ip netns del n
sleep 0.3
show
ip link set lo up
show
ip link set lo down
show
