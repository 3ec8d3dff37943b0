#!/bin/bash
# What else a device is called. See: an alias and alternative names are printed on lines of their own, an alternative name works
# wherever the name does; groups are numbers or names and select devices; the queue length is only shown.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 alias "to the lab"
ip link property add dev v0 altname laboratory-uplink-number-one
ip link property add dev v0 altname lab
ip link show v0
ip link show lab
ip link set lab up
ip addr add 10.0.0.1/24 dev laboratory-uplink-number-one
ip addr show dev lab
ip link property add dev v1 altname lab
ip link property del dev v0 altname nosuch
ip link property del dev v0 altname lab
ip link show lab
ip link set v0 txqueuelen 50
ip link set v1 txqueuelen 0
ip link set v0 group 7
ip link set v1 group default
ip link
ip link show group 7
ip link show group default
ip link set group 7 down
ip -br link
ip link set v0 alias ""
ip link show v0
ip link set v0 name trunk
ip link set v0 down
ip link show trunk
ip -o link show up
ip link show type veth
ip link show nosuch
cat /sys/class/net/trunk/tx_queue_len /sys/class/net/trunk/ifindex /sys/class/net/trunk/address
