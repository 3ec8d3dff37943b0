#!/bin/bash
# /sys/class/net: each attribute read, written and refused. See: what can be read only while the device is up, numbers in three bases and
# out of range, flags written, directories of queues, links between the directories.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add va address 02:00:00:00:00:01 type veth peer name vb address 02:00:00:00:00:02
ip link set va up
for f in addr_assign_type addr_len address broadcast carrier carrier_changes carrier_down_count carrier_up_count dev_id dev_port dormant duplex flags gro_flush_timeout ifalias ifindex iflink link_mode mtu name_assign_type napi_defer_hard_irqs netdev_group operstate phys_port_id phys_port_name phys_switch_id proto_down speed testing threaded tx_queue_len type uevent; do echo "$f: $(cat /sys/class/net/va/$f 2>&1)"; done
for f in addr_assign_type addr_len address broadcast carrier carrier_changes carrier_down_count carrier_up_count dev_id dev_port dormant duplex flags gro_flush_timeout ifalias ifindex iflink link_mode mtu name_assign_type napi_defer_hard_irqs netdev_group operstate phys_port_id phys_port_name phys_switch_id proto_down speed testing threaded tx_queue_len type uevent; do echo "$f: $(cat /sys/class/net/vb/$f 2>&1)"; done
for f in addr_assign_type addr_len address broadcast carrier carrier_changes carrier_down_count carrier_up_count dev_id dev_port dormant duplex flags gro_flush_timeout ifalias ifindex iflink link_mode mtu name_assign_type napi_defer_hard_irqs netdev_group operstate phys_port_id phys_port_name phys_switch_id proto_down speed testing threaded tx_queue_len type uevent; do echo "$f: $(cat /sys/class/net/lo/$f 2>&1)"; done
ls /sys/class/net
ls /sys/class/net/va
ls /sys/class/net/va/queues
ls /sys/class/net/va/queues/rx-0 /sys/class/net/va/queues/tx-0
ls /sys/class/net/va/statistics
ls /sys/class/net/va/power
ls /sys/class/net/lo
ls /sys/class/net/lo/queues
ls -d /sys/class/net/va/brport
cat /sys/class/net/va/queues/rx-0/rps_cpus
cat /sys/class/net/va/queues/rx-0/rps_flow_cnt
cat /sys/class/net/va/queues/tx-0/tx_timeout
cat /sys/class/net/va/queues/tx-0/tx_maxrate
cat /sys/class/net/va/queues/tx-0/xps_cpus
cat /sys/class/net/va/queues/tx-0/traffic_class
ls /sys/class/net/va/queues/tx-0/byte_queue_limits
echo 1400 > /sys/class/net/va/mtu
cat /sys/class/net/va/mtu
echo 20 > /sys/class/net/va/mtu
echo 70000 > /sys/class/net/va/mtu
echo foo > /sys/class/net/va/mtu
echo 0x500 > /sys/class/net/va/mtu
cat /sys/class/net/va/mtu
echo 55 > /sys/class/net/va/tx_queue_len
cat /sys/class/net/va/tx_queue_len
echo foo > /sys/class/net/va/tx_queue_len
echo -1 > /sys/class/net/va/tx_queue_len
echo 99999999999 > /sys/class/net/va/tx_queue_len
cat /sys/class/net/va/flags
echo 0x1002 > /sys/class/net/va/flags
cat /sys/class/net/va/flags
echo 0x1003 > /sys/class/net/va/flags
echo 0x1103 > /sys/class/net/va/flags
cat /sys/class/net/va/flags
ip link show va
echo foo > /sys/class/net/va/flags
echo my alias > /sys/class/net/va/ifalias
cat /sys/class/net/va/ifalias
echo > /sys/class/net/va/ifalias
cat /sys/class/net/va/ifalias
ip link show va
echo 02:00:00:00:00:09 > /sys/class/net/va/address
echo 1 > /sys/class/net/va/carrier
echo 0 > /sys/class/net/va/carrier
echo 0 > /sys/class/net/vb/carrier
echo 0 > /sys/class/net/lo/carrier
echo 7 > /sys/class/net/va/netdev_group
cat /sys/class/net/va/netdev_group
ip link show group 7
echo 1 > /sys/class/net/va/proto_down
cat /sys/class/net/va/proto_down
echo 0 > /sys/class/net/va/proto_down
echo 5 > /sys/class/net/va/ifindex
echo up > /sys/class/net/va/operstate
echo 5 > /sys/class/net/va/gro_flush_timeout
cat /sys/class/net/va/gro_flush_timeout
echo 2 > /sys/class/net/va/napi_defer_hard_irqs
cat /sys/class/net/va/napi_defer_hard_irqs
echo 1 > /sys/class/net/va/threaded
cat /sys/class/net/va/threaded
echo x > /sys/class/net/va/statistics/rx_bytes
echo x > /sys/class/net/va/foo
cat /sys/class/net/va/foo
cat /sys/class/net/nosuch/mtu
cat /sys/class/net/va
test -d /sys/class/net/va && echo yes
test -e /sys/class/net/nosuch || echo no
readlink /sys/class/net/va
readlink -f /sys/class/net/va
ls -l /sys/class/net | sed 's/.* \([^ ]* ->\)/\1/'
ls /sys/devices/virtual/net
cat /sys/devices/virtual/net/va/address
stat -c '%A %s %F' /sys/class/net/va/mtu /sys/class/net/va/address /sys/class/net/va/operstate /sys/class/net/va/statistics
grep . /sys/class/net/va/statistics/* | head -3
cat /sys/class/net/*/operstate
for d in /sys/class/net/*; do echo $(basename $d) $(cat $d/mtu); done
cat /proc/net/dev
