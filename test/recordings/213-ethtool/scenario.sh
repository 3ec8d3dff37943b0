#!/bin/bash
# ethtool on a veth pair and on lo. See: settings, driver, features switched alone and by the words for several, what depends on what, wishes that
# are kept, channels and what changing them does to the carrier, and the words for all that virtual devices do not have.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add va address 02:00:00:00:00:01 type veth peer name vb address 02:00:00:00:00:02
ip link set va up
ethtool va
ethtool vb
ethtool lo
ip link set vb up
ethtool va
ethtool -i va
ethtool -i lo
ethtool -k va
ethtool -k lo
ethtool -S va
ethtool -S lo
ethtool -l va
ethtool -l lo
ethtool -g va
ethtool -g lo
ethtool -a va
ethtool -c va
ethtool -P va
ethtool -P lo
ethtool -T va
ethtool -T lo
ethtool -x va
ethtool -n va
ethtool -m va
ethtool -e va
ethtool -d va
ethtool -r va
ethtool -p va 1
ethtool -t va
ethtool -w va
ethtool --show-eee va
ethtool --show-fec va
ethtool --show-priv-flags va
ethtool --show-module va
ethtool -u va
ethtool --show-tunnels va
ethtool --phy-statistics va
ethtool --version
ethtool --show-features va
ethtool nosuch
ethtool -i nosuch
ethtool -k nosuch
ethtool -S nosuch
ethtool
ethtool -K va tx off
ethtool -k va
ethtool -K va gro on
ethtool -K va gro on
ethtool -k va
ethtool -K va tso off gso off
ethtool -k va
ethtool -K va rx off
ethtool -K va foo off
ethtool -K va tx foo
ethtool -K va
ethtool -K va rxvlan off txvlan off
ethtool -K va lro on
ethtool -K va highdma off
ethtool -K va tx-checksum-ip-generic on
ethtool -K lo tx off
ethtool -K va sg off
ethtool -k va
ethtool -s va speed 100
ethtool -s va autoneg off
ethtool -s va duplex half
ethtool -s va wol g
ethtool -s va msglvl 1
ethtool -L va combined 2
ethtool -L va rx 2 tx 2
ethtool -L va rx 1 tx 1
ethtool -l va
ethtool -L va rx 5
ethtool -G va rx 5
ethtool -A va rx on
ethtool -C va rx-usecs 5
ethtool -foo va
ethtool -K va sg off
ethtool -K va sg on
ethtool -K va rx off
ethtool -K va tx off
ethtool -K va tx on
ethtool -K va tso off
ethtool -K va sg off tx off rx off gro on rxvlan off
ethtool -k va | grep -v fixed | grep -n "off"
ethtool -K va tso on
ethtool -K va lro on
ethtool -K va rxhash on ntuple on
ethtool -K va highdma off
ethtool -K va tx-gre-segmentation off
ethtool -K va tx-tcp-segmentation off
ethtool -K va tx-nocache-copy on
ethtool -K va sg on
ethtool -K va tx on rx on tso on gso on
ethtool -K va ufo on
ethtool -K va generic-segmentation-offload off
ethtool -K va large-receive-offload on tx-checksum-ipv4 on
ethtool -k va | grep -v fixed | grep -n "off"
ethtool -K lo tso off gro off gso off sg off
ethtool -k lo | grep -n off | grep -v fixed
ethtool -K va gso off gso on
ethtool -K va tx off gso on tx on
ethtool -K va rx-gro-list on rx-udp-gro-forwarding on
ethtool --json -k va | head -20; ethtool -k va vb; ethtool --json va; ethtool --json -i va; ethtool --json -l va;  ethtool --json -S va
ethtool -L va rx 1 tx 1
ethtool -l va
ethtool -S va
ip -s -s link show va
ethtool -L va rx 0
ethtool -L va tx 2 rx
ethtool -L lo rx 1
