#!/bin/bash
# bridge fdb: every word of add, append, replace, del, get, show and flush, self and master, local, static, dynamic, sticky and extern_learn entries, wrong
# words, and what a device lets in beside its own address.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add w0 address 02:00:00:00:00:03 type veth peer name w1 address 02:00:00:00:00:04
ip link set v0 master br0
ip link set w0 master br0
bridge fdb add 02:00:00:00:00:50 dev v0 master dynamic
for i in v0 v1 w0 w1 br0; do ip link set $i up; done
sleep 1.3
bridge fdb add 02:00:00:00:00:55 dev v0 master sticky
bridge fdb add 02:00:00:00:00:56 dev v0 master sticky dynamic
bridge fdb add 02:00:00:00:00:57 dev v0 master static sticky
bridge fdb add 02:00:00:00:00:58 dev v0 master use
bridge fdb add 02:00:00:00:00:59 dev v0 master extern_learn
bridge fdb add 02:00:00:00:00:5a dev v0 master extern_learn dynamic
bridge fdb add 02:00:00:00:00:5b dev v0 master router
bridge fdb add 02:00:00:00:00:5c dev v0 master vlan 5
bridge fdb add 02:00:00:00:00:5c dev v0 master vlan 5000
bridge fdb add 02:00:00:00:00:5d dev v0 master dst 1.2.3.4
bridge fdb add 02:00:00:00:00:5e dev v0 self dst 1.2.3.4
bridge fdb add 02:00:00:00:00:5f dev v0 self static
bridge fdb add 02:00:00:00:00:60 dev v0 self dynamic
bridge fdb add 02:00:00:00:00:61 dev v0 self vlan 5
bridge fdb add 02:00:00:00:00:62 dev v0 self master
bridge fdb add 02:00:00:00:00:63 dev br0
bridge fdb add 02:00:00:00:00:64 dev br0 master
bridge fdb add 02:00:00:00:00:65 dev br0 self static
bridge fdb add 02:00:00:00:00:66 dev br0 self dynamic
bridge fdb add 02:00:00:00:00:67 dev v1 master
bridge fdb add 02:00:00:00:00:68 dev v1 master static
bridge fdb add 02:00:00:00:00:69 dev lo
bridge fdb add 02:00:00:00:00:6a dev lo self
bridge fdb add 02:00:00:00:00:55 dev v0 master
bridge fdb add 02:00:00:00:00:5f dev v0 self
bridge fdb append 02:00:00:00:00:5f dev v0 self
bridge fdb replace 02:00:00:00:00:5f dev v0 self
bridge fdb replace 02:00:00:00:00:55 dev v0 master dynamic
bridge fdb replace 02:00:00:00:00:56 dev w0 master static
bridge fdb append 02:00:00:00:00:57 dev w0 master static
bridge fdb add 02:00:00:00:00:01 dev v0 master static
bridge fdb replace 02:00:00:00:00:01 dev w0 master static
bridge fdb add 01:00:5e:00:00:09 dev v0
bridge fdb add ff:ff:ff:ff:ff:ff dev v0 master
bridge fdb add 00:00:00:00:00:00 dev v0
bridge fdb show
bridge -j fdb show dev v0
bridge fdb show br v0
bridge fdb show br nosuch
bridge fdb show dev nosuch
bridge fdb show dev v0 dev w0
bridge fdb show dynamic
bridge fdb show state permanent
bridge fdb show state static
bridge fdb show state stale
bridge fdb show state reachable
bridge fdb show state foo
bridge fdb show state all
bridge fdb show vlan 5
bridge fdb show vlan 0
bridge fdb show br br0 brport v0
bridge fdb show foo
bridge fdb get 02:00:00:00:00:55 br br0
bridge fdb get 02:00:00:00:00:55 dev v0
bridge fdb get 02:00:00:00:00:55 dev v0 master
bridge fdb get 02:00:00:00:00:55 brport v0
bridge fdb get 02:00:00:00:00:55 brport v0 br br0
bridge fdb get 02:00:00:00:00:5f dev v0 self
bridge fdb get 02:00:00:00:00:5f dev v0
bridge fdb get to 02:00:00:00:00:55 br br0 dynamic
bridge -j fdb get 02:00:00:00:00:57 br br0
bridge fdb get 02:00:00:00:00:55
bridge fdb get br br0
bridge fdb get xx br br0
bridge fdb get 02:00:00:00:00:55 br nosuch
bridge fdb get 02:00:00:00:00:55 dev nosuch
bridge fdb get 02:00:00:00:00:55 br v0
bridge fdb get 02:00:00:00:00:55 br br0 vlan 5
bridge fdb get 02:00:00:00:00:55 br br0 vlan 5000
bridge fdb get 02:00:00:00:00:55 br br0 state foo
bridge fdb get 02:00:00:00:00:55 br br0 foo
bridge fdb del 02:00:00:00:00:5f dev v0
bridge fdb del 02:00:00:00:00:5f dev v0
bridge fdb del 02:00:00:00:00:57 dev v0 master
bridge fdb del 02:00:00:00:00:57 dev v0 master
bridge fdb del 02:00:00:00:00:57 dev w0 master
bridge fdb del 02:00:00:00:00:62 dev v0 self master
bridge fdb del 02:00:00:00:00:62 dev v0 self master
bridge fdb del 02:00:00:00:00:63 dev br0
bridge fdb del 02:00:00:00:00:63 dev br0
bridge fdb del 02:00:00:00:00:68 dev v1 master
bridge fdb del 02:00:00:00:00:68 dev lo
bridge fdb del 01:00:5e:00:00:09 dev v0
bridge fdb del 01:00:5e:00:00:09 dev v0
bridge fdb del foo dev v0
bridge fdb del 02:00:00:00:00:55
bridge fdb del dev v0
bridge fdb del
bridge fdb delete 02:00:00:00:00:55 dev v0 master
bridge fdb add 02:00:00:00:00:55 dev v0 master vlan
bridge fdb add 02:00:00:00:00:55 dev v0 dev w0 master
bridge fdb add 02:00:00:00:00:55 02:00:00:00:00:56 dev v0
bridge fdb add 2:0:0:0:0:77 dev v0 master static
bridge fdb show br br0
bridge fdb flush dev v0
bridge fdb flush dev v0 master
bridge fdb show br br0
bridge fdb flush dev br0 brport w0
bridge fdb flush dev br0 static
bridge fdb flush dev br0 nopermanent
bridge fdb flush dev br0 foo
bridge fdb flush
bridge fdb flush dev nosuch
bridge fdb flush dev br0 brport nosuch
bridge fdb flush dev br0 brport v1
bridge fdb flush dev br0 vlan 5
bridge fdb flush dev br0 vlan 5000
bridge fdb flush dev br0 permanent nostatic dynamic
bridge fdb flush dev v1
bridge fdb flush dev br0 self
bridge fdb flush dev br0 master
bridge fdb show br br0
bridge fdb get 02:00:00:00:00:01 dev v1
bridge fdb get 02:00:00:00:00:01 dev br0
bridge fdb get 02:00:00:00:00:01 dev br0 self
bridge fdb get 02:00:00:00:00:01 dev lo
bridge fdb flush dev lo
bridge fdb flush dev v0 brport v0
bridge fdb add 02:00:00:00:00:65 dev br0 extern_learn
bridge fdb add 02:00:00:00:00:66 dev br0 extern_learn dynamic
bridge fdb add 02:00:00:00:00:67 dev br0 use
bridge fdb add 02:00:00:00:00:68 dev v0 master dynamic
bridge fdb add 02:00:00:00:00:68 dev v0 master static
bridge fdb add 02:00:00:00:00:69 dev v0 master sticky static
bridge fdb add 02:00:00:00:00:6a dev v0 master extern_learn
bridge fdb replace 02:00:00:00:00:69 dev v0 master extern_learn
bridge fdb show br br0
bridge -j fdb show br br0
bridge fdb add 02:00:00:00:00:70 dev v1
bridge fdb add 02:00:00:00:00:71 dev v0
bridge fdb show
