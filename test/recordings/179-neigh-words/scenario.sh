#!/bin/bash
# ip neigh in all its words. See: flags and protocols of entries, filters, forms of output, errors, flush.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up; ip link set v1 up
sysctl -qw net.ipv4.neigh.v0.retrans_time_ms=60000
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:aa dev v0 protocol static
ip neigh add 10.0.0.3 lladdr 02:00:00:00:00:ab dev v0 extern_learn
ip neigh add 10.0.0.4 lladdr 02:00:00:00:00:ac dev v0 router nud reachable
ip neigh add 10.0.0.5 lladdr 02:00:00:00:00:ad dev v0 router extern_learn nud stale protocol 77
ip neigh add 10.0.0.6 dev v0 use
ip neigh add 10.0.0.7 dev v0 managed
ip neigh add 10.0.0.8 dev v0 managed nud stale
ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:ae dev v0 managed extern_learn nud none
ip neigh
ip -d neigh
ip -j -p neigh show 10.0.0.5
ip -br neigh
ip -o neigh
ip neigh show protocol static
ip neigh show protocol 77
ip neigh show unused
ip neigh show nomaster
ip neigh show master v0
ip neigh show vrf v0
ip neigh show to 10.0.0.4/30
ip neigh show 10.0.0.0/29 nud permanent nud stale
ip neigh show nud 4
ip neigh show nud bad
ip neigh show dev v0 dev v1
ip neigh get 10.0.0.5 dev v0
ip neigh get 10.0.0.5
ip neigh get 10.0.0.55 dev v0
ip neigh get dev v0
ip neigh change 10.0.0.4 lladdr 02:00:00:00:00:ba dev v0 nud stale
ip neigh show 10.0.0.4
ip neigh change 10.0.0.4 dev v0 router nud stale
ip neigh show 10.0.0.4
ip neigh replace 10.0.0.3 lladdr 02:00:00:00:00:bb dev v0
ip neigh show 10.0.0.3
ip neigh change 10.0.0.5 lladdr 02:00:00:00:00:bc dev v0 extern_learn use
ip neigh show 10.0.0.5
ip neigh replace 10.0.0.2 dev v0 managed
ip neigh show 10.0.0.2
ip neigh append 10.0.0.2 dev v0
ip neigh add
ip neigh add 10.0.0.20 dev v0 bogus
ip neigh add 10.0.0.20 dev v0 nud
ip neigh add 10.0.0.20 lladdr 02:00:00:00:00:aa:bb dev v0
ip neigh show 10.0.0.20
ip neigh add 10.0.0.21 lladdr 02:00:00:00:00:aa dev lo
ip neigh show dev lo nud all
ip neigh del 10.0.0.21 dev lo
ip neigh add 0.0.0.0 lladdr 02:00:00:00:00:aa dev v0
ip neigh add 10.0.0.255 lladdr 02:00:00:00:00:aa dev v0
ip neigh add 224.0.0.9 lladdr 02:00:00:00:00:aa dev v0
ip neigh add 10.0.0.1 lladdr 02:00:00:00:00:aa dev v0
ip neigh show nud all
ip neigh flush dev v0 nud stale
ip -s neigh flush dev v0 10.0.0.4
ip -s -s neigh flush all
ip neigh flush nud permanent
ip neigh flush dev v0 nud permanent
ip neigh flush
ip neigh flush proxy
ip neigh add proxy 10.0.0.30 dev v0
ip neigh flush proxy dev v0
ip neigh show proxy
ip neigh del proxy 10.0.0.30 dev v0
ip neigh show nud all
ip neigh bogus
arp -n
cat /proc/net/arp
ip neigh add 10.0.0.40 dev v0 nud permanent
ip neigh add 10.0.0.41 lladdr 02:00:00:00:00:01 dev v0 managed nud permanent
ip neigh add proxy 10.0.0.42 dev v0 managed
ip neigh add proxy 10.0.0.42 dev v0 extern_learn nud none
ip neigh show proxy
ip -4 neigh; ip -6 neigh; ip -0 neigh
