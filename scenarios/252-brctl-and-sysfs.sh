#!/bin/bash
# brctl in all its commands with right and wrong arguments, and the files of a bridge and its ports under /sys/class/net: read, written, and the links between
# them.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add w0 address 02:00:00:00:00:03 type veth peer name w1 address 02:00:00:00:00:04
ip link set v0 master br0
ip link set w0 master br0
for i in v0 v1 w0 w1 br0; do ip link set $i up; done
sleep 1.3
brctl setageing br0
brctl setageing br0 1 2
brctl addbr
brctl foo
brctl -h
brctl -V
brctl --version
brctl show br0 v0 nosuch
brctl show v0
brctl showmacs v0
brctl showmacs
brctl showstp v0
brctl showstp lo
brctl showstp
brctl setfd v0 3
brctl setfd nosuch 3
brctl setfd br0 3.5
brctl setfd br0 x
brctl sethello br0 x
brctl sethello br0 1.5
brctl setmaxage br0 x
brctl setbridgeprio br0 x
brctl setbridgeprio v0 3
brctl setbridgeprio br0 0x10
brctl show
brctl setpathcost br0 v0 x
brctl setpathcost br0 v0 0
brctl setpathcost br0 v0 5
brctl setpathcost br0 v1 5
brctl setpathcost br0 lo 5
brctl setpathcost br0 nosuch 5
brctl setpathcost nosuch v0 5
brctl setportprio br0 v0 x
brctl setportprio br0 v0 64
brctl setportprio br0 v0 4
brctl hairpin br0 v0 x
brctl hairpin br0 nosuch on
brctl hairpin nosuch v0 on
brctl hairpin v1 v0 on
brctl hairpin br0 v0 1
brctl stp br0 yes
brctl stp br0 1
brctl stp br0 on
brctl stp v0 on
brctl stp br0 0
brctl addif br0 v0 v1
brctl addif br0 v1 nosuch lo
brctl delif br0 v1 v0 nosuch
brctl delif br0 nosuch
brctl delif nosuch v0
brctl delif v1 v0
brctl addif v1 v0
brctl delbr v0
brctl delbr lo
brctl delbr br0
brctl addif br0 v0 w0
cd /sys/class/net
ls br0 v0 br0/brif br0/bridge w0/brport
readlink br0/brif/v0 v0/master v0/upper_br0 br0/lower_w0 w0/brport/bridge
cat br0/speed br0/duplex br0/uevent w0/master/ifindex br0/brif/v0/port_no
for f in br0/bridge/* v0/brport/*; do case $f in *timer*) ;; *) echo "$f $(cat $f 2>&1)";; esac; done
set_to() { for v in 0 1 300 70000 99999999999 -1 x 0xf8; do { echo $v > $1; } 2>&1 | sed "s/.*: //"; echo "$1 $v $(cat $1 2>/dev/null)"; done; }
for f in ageing_time group_fwd_mask hash_max max_age multicast_router multicast_query_interval nf_call_iptables priority; do set_to br0/bridge/$f; done
for f in path_cost priority group_fwd_mask hairpin_mode multicast_router; do set_to v0/brport/$f; done
echo 01:80:c2:00:00:07 > br0/bridge/group_addr; echo 01:80:c2:00:00:02 > br0/bridge/group_addr; cat br0/bridge/group_addr
echo 1 > br0/bridge/flush; echo 1 > v0/brport/state; brctl addif br0 v0 w0
echo w0 > v0/brport/backup_port; cat v0/brport/backup_port; echo v1 > v0/brport/backup_port; brctl showmacs br0
ip link set br0 down; brctl delbr br0
brctl addbr br0/x
brctl addbr .
brctl addbr "a b"
brctl addbr ""
brctl addbr br%d
brctl addbr br%d
brctl show
brctl addbr longlongname
brctl addif longlongname v0 v1
brctl show
brctl show longlongname br0
