#!/bin/bash
# What senders are told. See: a connected socket hears of a closed port with its next datagram, which is then not sent and
# counted as discarded; routes that refuse, each with its own error; a peer with a smaller MTU, of which only a socket with
# IP_RECVERR learns; the limits of ICMP errors that a host is told to keep.
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
ip -n red route add unreachable 10.1.0.0/24
ip -n red route add prohibit 10.2.0.0/24
ip -n red route add blackhole 10.3.0.0/24
for h in 10.1.0.1 10.2.0.1 10.3.0.1 10.5.0.1; do ip netns exec red udpsend $h 9 1; ip netns exec red udpconn $h 9 1; done
ip netns exec blue sysctl -w net.ipv4.icmp_ratelimit=0
ip netns exec red udpsend 10.0.0.2 9 12
ip netns exec red udpconn 10.0.0.2 9 1,2,3,4,5,6 0
ip netns exec red udpconn 10.0.0.2 9 1,2,3 0.1 --recverr
ip netns exec blue sysctl -w net.ipv4.icmp_ratelimit=1000
ip netns exec blue sysctl -w net.ipv4.icmp_ratemask=0
ip netns exec red udpsend 10.0.0.2 9 12
ip netns exec red nstat -as
ip netns exec blue nstat -as
ip -n blue link set vb mtu 1000
ip netns exec red udpsend 10.0.0.2 9 2 1200
ip netns exec red udpconn 10.0.0.2 9 900,1200,1200 0 --recverr
ip netns exec red udpsend 10.0.0.2 9 1 3000
ip -n red -s link show va
ip -n blue -s link show vb
ip -n blue link set vb down
sleep 1.3
ip netns exec red udpsend 10.0.0.2 9 2
ip netns exec red udpconn 10.0.0.2 9 10,10 0 --recverr
ip netns exec red nstat -as
ip -n red link set va down
ip netns exec red udpsend 10.0.0.2 9 1
ip netns exec red udpsend 10.0.0.1 9 1
