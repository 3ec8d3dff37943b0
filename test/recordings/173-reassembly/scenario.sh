#!/bin/bash
# Fragments put together, or not. See: in any order; twice the same one; one that overlaps takes all down; a last one before the
# end of another; a middle one whose length is no multiple of 8 is cut; too long a packet; what is never whole is given up after
# ipfrag_time, and its sender told if the first part is there.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
for h in red blue; do
  ip netns add $h
  ip netns exec $h sysctl -qw net.ipv6.conf.all.disable_ipv6=1
done
ip link add va address 02:00:00:00:00:01 netns red type veth peer name vb address 02:00:00:00:00:02 netns blue
ip -n red addr add 10.0.0.1/24 brd + dev va
ip -n blue addr add 10.0.0.2/24 brd + dev vb
ip -n red link set lo up
ip -n blue link set lo up
ip -n red link set va up
ip -n blue link set vb up
ip -n red neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev va
ip -n blue neigh add 10.0.0.1 lladdr 02:00:00:00:00:01 dev vb
r() { ip netns exec red rawip va 02:00:00:00:00:02 02:00:00:00:00:01 10.0.0.1 10.0.0.2 "$@" > /dev/null; }
n() { ip netns exec blue nstat -as | grep -E 'Ip(In|Reasm|ExtReasm)|Icmp|Udp'; }
ip netns exec blue sysctl -w net.ipv4.ipfrag_time=3
ip netns exec red ping -c 1 -s 4000 10.0.0.2
n
r mf=1 len=8 ipid=1
r frag=16 len=8 ipid=1
n
r frag=16 len=8 ipid=2
r mf=1 len=8 ipid=2
n
r mf=1 len=8 ipid=3
r mf=1 len=8 ipid=3
n
r mf=1 len=16 ipid=4
r frag=16 len=8 ipid=4
n
r mf=1 len=40 ipid=5
r frag=8 len=0 ipid=5
n
r mf=1 len=11 ipid=6
r frag=16 len=8 ipid=6
n
r frag=65520 len=100 ipid=7
n
sleep 4.5
n
ip netns exec red nstat -as
