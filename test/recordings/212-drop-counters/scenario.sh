#!/bin/bash
# Which counter each drop moves. See: a peer that is down, a device that is down, one that is too small for what comes, frames for others and
# of unknown protocols, ARP switched off on one end, lo down; from 'ip -s -s link', /proc/net/dev, sysfs and ifconfig.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add n
ip netns exec n sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns n
ip addr add 10.0.0.1/24 dev v0
ip -n n addr add 10.0.0.2/24 dev v1
counters() { ip -s -s link show v0; ip -n n -s -s link show v1; grep v0 /proc/net/dev; ip netns exec n grep v1 /proc/net/dev; grep . /sys/class/net/v0/statistics/*dropped; ifconfig v0 | grep packets; }
ip link set v0 up
ping -c 1 -W 0.3 10.0.0.2
ip neigh del 10.0.0.2 dev v0
counters
ip -n n link set v1 up
sleep 0.1
ping -c 2 -i 0.2 10.0.0.2
counters
ip -n n link set v1 mtu 1000
ping -c 1 -W 0.3 -s 972 10.0.0.2
ping -c 1 -W 0.3 -s 976 10.0.0.2
ping -c 1 -W 0.3 -s 977 10.0.0.2
ping -c 1 -W 0.3 -s 1400 10.0.0.2
counters
ip netns exec n ping -c 1 -W 0.3 -s 1400 10.0.0.1
counters
ip link set v0 mtu 600
ping -c 1 -W 0.3 -s 900 10.0.0.2
ip netns exec n ping -c 1 -W 0.3 -s 900 10.0.0.1
counters
ip link set v0 mtu 1500
ip -n n link set v1 mtu 1500
ip -n n link set v1 address 02:00:00:00:00:22
ping -c 1 -W 0.3 10.0.0.2
counters
ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:22 dev v0
ping -c 1 -W 0.3 10.0.0.2
counters
ip -n n link set v1 arp off
ip neigh del 10.0.0.2 dev v0
ping -c 1 -W 0.3 10.0.0.2
counters
ip neigh del 10.0.0.2 dev v0
ip -n n link set v1 arp on
ip -n n link set v1 down
sleep 1.2
ping -c 1 -W 0.3 10.0.0.2
ip neigh del 10.0.0.2 dev v0
counters
ip link set v0 down
ping -c 1 -W 0.3 10.0.0.2
counters
ping -c 1 -W 0.3 127.0.0.1
ip link set lo up
ping -c 1 -W 0.3 127.0.0.1
ip -s -s link show lo
ip link set lo down
ping -c 1 -W 0.3 127.0.0.1
ping -c 1 -W 0.3 10.0.0.1
ip -s -s link show lo
