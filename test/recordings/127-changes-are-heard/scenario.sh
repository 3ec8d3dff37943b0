#!/bin/bash
# What a change of a device sets off. See: without carrier, a new alias, group, alternative name or flag costs it its neighbours,
# a new queue length does not; renaming gives the first address the new name as label and numbers the others; "all" is refused by
# IPv6 alone; moving to where it is renames; JSON shows a filtered device as an empty object.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v1 address 02:00:00:00:01:01 type veth peer name p1 address 02:00:00:00:01:02
ip addr add 10.1.0.1/24 dev v1 label v1:web
ip addr add 10.1.0.2/24 dev v1
ip addr add 10.1.0.3/24 dev v1 label v1:c
ip addr add 10.2.0.3/24 dev v1 preferred_lft 0
ip link set v1 name fourteenchars1
ip addr show fourteenchars1
ip link set fourteenchars1 netns 1 name r0
ip addr show r0
ip link set r0 name all
ip link set r0 mtu 68
ip link set r0 name all
ip -o link
ip link set all up
ip link set p1 up
sleep 0.2
ip link set p1 down
sleep 0.2
ip link show all
ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:99 dev all nud stale
ip link set all txqueuelen 99
ip link set all promisc on
ip link set all promisc off
ip neigh
ip link set all alias x
ip neigh
ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:99 dev all nud stale
ip link set all group 0
ip neigh
ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:99 dev all nud stale
ip link set all multicast off
ip neigh
ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:99 dev all nud stale
ip link set all broadcast ff:ff:ff:ff:ff:ff
ip neigh
ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:99 dev all nud stale
ip link property add dev all altname other
ip neigh
ip link property del dev all altname p1
ip link property del dev all altname nosuch
ip link property delete dev all altname other
ip -j link show up
ip -j -p link show group 7
ip -j link show type nosuch
ifconfig lo hw ether 02:00:00:00:00:05
ip link set lo address 02:00:00:00:00:05
ip link set lo netns 1
ip link set lo up
ping -c 3 -l 3 -W 0.5 127.0.0.1
ip -o link show lo
