#!/bin/bash
# Settings of neighbour tables by ip ntable and by sysctl. See: what one writes the other shows, units, errors, and how a
# changed queue and a changed retransmission time act at once.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip -n b link set v1 up
ip ntable show dev v0 name arp_cache
ip ntable change name arp_cache dev v0 base_reachable 20000 retrans 500 gc_stale 7000 delay_probe 2500
ip ntable change name arp_cache dev v0 app_probes 1 ucast_probes 2 mcast_probes 4 proxy_delay 200 proxy_queue 7
ip ntable chg name arp_cache dev v0 anycast_delay 100 locktime 300 queue 5
ip ntable show dev v0 name arp_cache
sysctl net.ipv4.neigh.v0
sysctl -w net.ipv4.neigh.v0.base_reachable_time=40 net.ipv4.neigh.v0.retrans_time=30 net.ipv4.neigh.v0.locktime=50
sysctl -w net.ipv4.neigh.v0.unres_qlen=3 net.ipv4.neigh.v0.app_solicit=0 net.ipv4.neigh.v0.mcast_solicit=3
ip ntable show dev v0 name arp_cache
ip ntable show dev lo name arp_cache
ip ntable change name arp_cache thresh1 100
ip ntable change name nosuch dev v0 retrans 1
ip ntable change name arp_cache dev nosuch retrans 1
ip ntable change name arp_cache retrans 100
ip ntable change name arp_cache dev v0 retrans x
ip ntable change name arp_cache dev v0 bogus 1
ip ntable change dev v0 retrans 1
ip ntable change name arp_cache dev v0
ip ntable show name nosuch
ip ntable show bogus
sysctl -w net.ipv4.neigh.v0.retrans_time_ms=400
ping -c 4 -i 0.1 -s 1400 -W 1.5 10.0.0.2 &
sleep 0.6
ip -n b addr add 10.0.0.2/24 dev v1
wait
ip neigh
ip -n b neigh
