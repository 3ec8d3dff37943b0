#!/bin/bash
# What sysctl(8) makes of its words and files: both notations, several at once, patterns, files with comments, minus signs and
# mistakes, the options for what is shown, and which fault gives which status.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
sysctl net.ipv4.ip_forward net.ipv4.nosuch net/ipv4/ip_default_ttl
echo $?
sysctl -e net.ipv4.nosuch; echo $?
sysctl -w net.ipv4.ip_forward = 1; echo $?
sysctl "net.ipv4.ip_forward = 1"
sysctl -w net.ipv4.ip_forward; echo $?
sysctl -w net.ipv4.ip_forward=
sysctl -w net.ipv4=1; echo $?
sysctl -q net.ipv4.ip_default_ttl=70
sysctl -n net.ipv4.ip_default_ttl
sysctl -N net.ipv4.ip_default_ttl
sysctl -b net.ipv4.ip_default_ttl; echo
sysctl net.ipv4.route
sysctl net.ipv4.route.flush
sysctl -w net.ipv4.route.flush=1
sysctl net..ipv4.ip_forward
sysctl net/ipv4//ip_forward
sysctl net.ipv4.route.
sysctl net.ipv4.ip_forward.x
sysctl ''
sysctl =1
sysctl --nosuch 2>&1 | head -2
sysctl -r; echo $?
sysctl -a -r '^net.ipv4.icmp'
sysctl -N -a -r '^net.ipv4.ip_d'
sysctl -r ttl net.ipv4.ip_default_ttl net.ipv4.ip_forward
printf '%s\n' '# comment' '; comment' '' 'net.ipv4.ip_forward = 0' '  net/ipv4/conf/v0/rp_filter =  2  ' '-net.ipv4.nosuch=1' 'net.ipv4.nosuch=1' 'bad line' 'net.ipv4.ip_default_ttl=x' > f.conf
sysctl -p f.conf; echo $?
sysctl -e -q -p f.conf; echo $?
sysctl -r rp_filter -p f.conf
printf '%s\n' 'net.ipv4.conf.*.log_martians = 1' '-net.ipv4.conf.v0.log_martians' > g.conf
sysctl -p g.conf
sysctl -p - < g.conf
sysctl -p /nosuch; echo $?
sysctl --dry-run net.ipv4.ip_forward=1
cat /proc/sys/net/ipv4/ip_forward
