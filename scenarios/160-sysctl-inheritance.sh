#!/bin/bash
# Where a sysctl's value goes: `default` to devices that have no say of their own yet, `all` to nobody but for forwarding, an address
# or a mere attempt to write pins what a device has; directories follow names and MTUs; other namespaces begin anew.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add w0 address 02:00:00:00:00:03 type veth peer name w1 address 02:00:00:00:00:04
ip addr add 10.0.0.1/24 dev v1
sysctl -w net.ipv4.conf.v0.rp_filter=x
sysctl -w net.ipv4.conf.default.rp_filter=1
sysctl -a -r 'net.ipv4.conf.*.rp_filter'
sysctl -w net.ipv4.conf.all.log_martians=1
sysctl -a -r 'net.ipv4.conf.*.log_martians'
sysctl -w net.ipv4.ip_forward=1
sysctl -a -r 'net.ipv4.conf.*.(forwarding|accept_redirects|send_redirects)$'
sysctl -w net.ipv4.conf.v0.forwarding=0
sysctl -w net.ipv4.conf.all.forwarding=1
sysctl net.ipv4.conf.v0.forwarding
sysctl -w net.ipv4.conf.default.forwarding=0
ip link add x0 type veth peer name x1
sysctl net.ipv4.conf.x0.forwarding net.ipv4.conf.x0.rp_filter net.ipv4.ip_forward
sysctl -w net.ipv4.neigh.v0.base_reachable_time_ms=20000 net.ipv4.neigh.v0.retrans_time_ms=500
sysctl -a --deprecated -r 'net.ipv4.neigh.v0'
sysctl net.ipv4.neigh.v0.nosuch net.ipv4.neigh.default.gc_thresh1
ip link set v0 name eth9
sysctl net.ipv4.conf.v0.rp_filter
sysctl net.ipv4.conf.eth9.rp_filter net.ipv4.neigh.eth9.retrans_time_ms
ls /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf
ip link set eth9 mtu 1000
ls /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf
ip link set eth9 mtu 1400
cat /proc/sys/net/ipv6/conf/eth9/mtu
ip link set w0 name v.5
sysctl net.ipv4.conf.v/5.rp_filter net/ipv4/conf/v.5/rp_filter
sysctl net.ipv4.conf.v.5.rp_filter
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns exec b sysctl net.ipv4.ip_forward net.ipv4.conf.default.rp_filter
ip link set eth9 netns b
sysctl net.ipv4.conf.eth9.rp_filter
ip netns exec b sysctl net.ipv4.conf.eth9.rp_filter net.ipv4.conf.eth9.forwarding net.ipv4.neigh.eth9.retrans_time_ms
ip link del x0
ls /proc/sys/net/ipv4/neigh
echo 1 > /proc/sys/net/core/rmem_max
echo x > /proc/sys/net/ipv4/ip_forward
echo 300 > /proc/sys/net/ipv4/ip_default_ttl
echo "2000 1000" > /proc/sys/net/ipv4/ip_local_port_range
echo "1000 2000" > /proc/sys/net/ipv4/ip_local_port_range
cat /proc/sys/net/ipv4/ip_local_port_range /proc/sys/net/ipv4/ip_default_ttl
cat /proc/sys/net/ipv4/route/flush
rm /proc/sys/net/ipv4/ip_forward
[ -w /proc/sys/net/core/rmem_max ]; echo $?
