#!/bin/bash
# Who hears what, and when. See: blue's capture of ARP alone, with addresses of Ethernet; the capture on all devices, which names
# the device and the direction; the device is promiscuous while somebody captures; a file of packets is read with another filter;
# and who ends a capture at once does not see its last packets, though they were counted: they come in blocks, one a second.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
for h in red blue; do
  ip netns add $h
  ip netns exec $h sysctl -qw net.ipv6.conf.all.disable_ipv6=1
done
ip link add va address 02:00:00:00:00:01 netns red type veth peer name vb address 02:00:00:00:00:02 netns blue
ip -n red addr add 10.0.0.1/24 dev va
ip -n blue addr add 10.0.0.2/24 dev vb
ip -n red link set va up
ip -n blue link set vb up
ip -n blue link set lo up
dir=$(mktemp -d)
cd "$dir"
timeout -s INT 2 ip netns exec blue tcpdump -i vb -n -e -l arp > arp.out 2> arp.err &
ip netns exec blue tcpdump -i any -n -c 6 icmp > any.out 2> any.err &
timeout 2 ip netns exec blue tcpdump -i vb -w all.pcap 2> all.err &
sleep 0.6
ip -n blue -d link show vb
ip netns exec red ping -c 2 -i 0.3 10.0.0.2
ip netns exec blue ping -c 1 127.0.0.1
wait
cat arp.out arp.err
cat any.out any.err
cat all.err
ip -n blue -d link show vb
tcpdump -n -r all.pcap 'icmp[icmptype] == icmp-echoreply'
tcpdump -n -v -r all.pcap -c 3
tcpdump -n -t -X -r all.pcap arp and src host 10.0.0.2
tcpdump -r all.pcap --count
tcpdump -r all.pcap 'ip host'
ip netns exec red tcpdump -i nosuch
timeout 0.8 ip netns exec red tcpdump -i va -n icmp > late.out 2> late.err &
sleep 0.76
ip netns exec red ping -c 1 -q 10.0.0.2
wait
cat late.err
ip netns exec red tcpdump -i va -n > gone.out 2> gone.err &
sleep 0.3
ip -n red link del va
wait
cat gone.err
cd /
rm -r "$dir"
