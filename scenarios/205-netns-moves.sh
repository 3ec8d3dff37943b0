#!/bin/bash
# Devices that change namespaces, and processes that enter them. See: numbers and names that clash, ids that appear, nsenter's ways to name a
# namespace, a namespace that only a process holds and that gets a name later, and what goes with each.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip netns add red
ip netns add blue
ip link add v0 netns red address 02:00:00:00:00:01 type veth peer name v0 address 02:00:00:00:00:02 netns blue
ip -n red link
ip -n blue link
ip netns list-id
ip -n red netns list-id
ip link add v0 address 02:00:00:00:00:03 type veth peer name v1 address 02:00:00:00:00:04
ip link set v1 netns red name v9
ip -n red link
ip -n red link set v9 netns blue
ip -n blue link
ip -n blue link set v9 netns 1x name qq
ip -n blue link set v9 name v0
ip netns exec blue ip link set v9 name zz
ip -n blue link
ip link
ip netns del red
sleep 0.2
ip -n blue link
ip netns del blue
sleep 0.2
ip link
ip netns list-id
nsenter --net=/run/netns/nosuch ip link
ip netns add n1
nsenter --net=/run/netns/n1 ip link
nsenter --net=/run/netns/n1 ip netns identify
nsenter -n/run/netns/n1 ip -br link
nsenter -t $$ -n ip -br link
ip netns exec n1 sleep 3 &
P=$!
sleep 0.1
nsenter -t $P -n ip -br link
nsenter -t $P --net ip -br link
nsenter --target $P --net ip -br link
nsenter -n ip link
nsenter -t foo -n ip link
nsenter
nsenter -t $P -n sh -c 'echo hi; exit 3'
nsenter -t $P -n nosuchcmd
kill $P
unshare -n ip link
unshare --net ip -br link
unshare -n sh -c 'ip link set lo up; ip -br link'
ip link add p0 address 02:00:00:00:00:05 type veth peer name p1 address 02:00:00:00:00:06
unshare -n sleep 2 &
P=$!
sleep 0.1
ip link set p1 netns $P
ip link show p0
ip netns attach fromunshare $P
ip link show p0
ip -n fromunshare link
ip netns list
kill $P
sleep 0.1
ip -n fromunshare -br link
ip netns del fromunshare
sleep 0.2
ip link
readlink /proc/self/ns/net | sed 's/[0-9]*//g'
ls /run/netns
ls /var/run/netns
test -e /run/netns/n1 && echo there
stat -c %F /run/netns/n1
ip netns add m1; ip netns exec m1 ip link add type veth; ip netns exec m1 ip -br link | awk '{print $1,$2}'
ip netns list
ip netns list
ip netns list
