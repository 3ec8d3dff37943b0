#!/bin/bash
# ip link with type bridge and bridge_slave, and bridge link: options with right and wrong values, what -d shows of them, filters by master and kind, and
# the words of bridge that have nothing to show.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add w0 address 02:00:00:00:00:03 type veth peer name w1 address 02:00:00:00:00:04
ip link set v0 master br0
ip link set w0 master br0
ip -d link show br0
bridge -d link
for i in v0 v1 w0 w1 br0; do ip link set $i up; done
sleep 1.3
ip link set v0 type bridge_slave foo
ip link set v0 type bridge_slave hairpin x
ip link set v0 type bridge_slave state x
ip link set v0 type bridge_slave cost x
ip link set v0 type bridge_slave priority x
ip link set v0 type bridge_slave mcast_router x
ip link set v0 type bridge_slave mcast_router 9
ip link set v0 type bridge_slave group_fwd_mask x
ip link set v0 type bridge_slave group_fwd_mask 2
ip link set v0 type bridge_slave group_fwd_mask 0x4005
ip link set v0 type bridge_slave group_fwd_mask 65535
ip -d link show v0 | sed "s,[a-z_]*_timer *[0-9.]*,,g"
ip link set v0 type bridge_slave cost 0
ip link set v0 type bridge_slave cost 70000
ip link set v0 type bridge_slave priority 64
ip link set v0 type bridge_slave state 7
ip link set v0 type bridge_slave state 3
ip link set v0 type bridge_slave state 0
ip link set v0 type bridge_slave neigh_suppress on vlan_tunnel on isolated on locked on bcast_flood off mcast_to_unicast on proxy_arp on proxy_arp_wifi on fastleave on mcast_flood off
ip link set v0 type bridge_slave neigh_suppress on vlan_tunnel on isolated on proxy_arp on proxy_arp_wifi on fastleave on mcast_flood off
ip link set v0 type bridge_slave locked on
ip link set v0 type bridge_slave mab on
ip link set v0 type bridge_slave backup_port v1
ip link set v0 type bridge_slave nobackup_port
ip link set v0 type bridge_slave mcast_fast_leave on
ip link set v0 type bridge_slave bcast_flood on
ip link set v0 type bridge_slave mcast_to_unicast on
ip -d link show v0 | sed "s,[a-z_]*_timer *[0-9.]*,,g"
ip link set v1 type bridge_slave hairpin on
ip link set br0 type bridge_slave hairpin on
ip link set v0 type bridge hello_time 200
ip link set br0 type bridge vlan_filtering 1
ip link set br0 type bridge vlan_filtering 0
ip link set br0 type bridge vlan_protocol 802.1ad
ip link set br0 type bridge vlan_protocol foo
ip link set br0 type bridge vlan_default_pvid 1
ip link set br0 type bridge vlan_stats_enabled 1
ip link set br0 type bridge vlan_stats_per_port 1
ip link set br0 type bridge mcast_vlan_snooping 1
ip link set br0 type bridge mcast_vlan_snooping 0
ip link set br0 type bridge no_linklocal_learn 1
ip link set br0 type bridge group_address 01:80:c2:00:00:05
ip link set br0 type bridge group_address 01:80:c2:00:00:02
ip link set br0 type bridge group_address 01:80:c2:00:00
ip link set br0 type bridge group_address foo
ip link set br0 type bridge priority 70000
ip link set br0 type bridge priority x
ip link set br0 type bridge hello_time 99
ip link set br0 type bridge hello_time x
ip link set br0 type bridge max_age 599
ip link set br0 type bridge stp_state 2
ip -d link show br0 | sed "s,[a-z_]*_timer *[0-9.]*,,g"
ip link set br0 type bridge stp_state 0
ip link set br0 type bridge mcast_router 7
ip -d link show br0 | sed "s,[a-z_]*_timer *[0-9.]*,,g"
ip link set br0 type bridge mcast_igmp_version 4
ip link set br0 type bridge mcast_mld_version 0
ip link set br0 type bridge fdb_flush
ip link set br0 type bridge forward_delay
ip link set br0 type bridge
ip link set br0 type bridge forward_delay 1
ip link set br0 type bridge forw 100
ip link set br0 type bridge mcast_query_use_ifaddr 1 mcast_hash_max 500 mcast_last_member_count 5 mcast_startup_query_count 6 mcast_last_member_interval 77 mcast_membership_interval 1000 mcast_querier_interval 1001 mcast_query_interval 10 mcast_query_response_interval 70 mcast_startup_query_interval 99999999999 mcast_stats_enabled 1 mcast_igmp_version 3 mcast_mld_version 2 nf_call_iptables 1 nf_call_arptables 1
ip -d -j link show br0 | sed "s,[a-z_]*_timer.:[0-9.]*,,g"
ip -d -j link show v0 | sed "s,[a-z_]*_timer.:[0-9.]*,,g"
ip link show type bridge
ip -j link show type bridge_slave
ip link show master br0
ip link show nomaster
ip link show master nosuch
ip link add v5 type bridge_slave
ip link set v1 master br0 type bridge_slave hairpin on
bridge link set dev v0 cost 10
bridge link set dev v0 cost 0
bridge link set dev v0 cost x
bridge link set dev v0 cost 99999999
bridge link set dev v0 cost -1
bridge link set dev v0 priority 5
bridge link set dev v0 priority 64
bridge link set dev v0 priority x
bridge link set dev v0 state 4
bridge link show dev v0
bridge link set dev v0 state blocking
bridge link set dev v0 state foo
bridge link set dev v0 state 9
bridge link set dev v0 state disabled
bridge link show dev v0
bridge link set dev v0 state 3
bridge link set dev v0 guard on hairpin on fastleave on root_block on learning off flood off mcast_flood off bcast_flood off neigh_suppress on vlan_tunnel on isolated on locked on mcast_to_unicast on mcast_router 2
bridge -d link show dev v0
bridge link set dev v0 learning_sync on
bridge link set dev v0 guard x
bridge link set dev v0 mcast_router 9
bridge link set dev v0 mcast_router x
bridge link set dev v0 hwmode vepa
bridge link set dev v0 hwmode foo
bridge link set dev v0 self hairpin off
bridge link set dev v0 master hairpin off
bridge link set dev v0 self master hairpin off
bridge link set dev v0 backup_port w0
bridge link set dev v0 backup_port v0
bridge link set dev v0 backup_port v1
bridge link set dev v0 backup_port nosuch
bridge -d link show dev v0
bridge link set dev v0 nobackup_port
bridge link set dev v0
bridge link set dev v0 foo
bridge link set dev nosuch cost 3
bridge link set dev v1 cost 3
bridge link set dev br0 cost 3
bridge link set dev lo cost 3
bridge link set v0 cost 3
bridge link change dev v0 cost 3
bridge link list
bridge link lst dev v0 dev w0
bridge -j -p link
bridge -d -j -p link
bridge -s link
bridge -d -s link
bridge -s -j -p link
bridge -o link
bridge link show dev v0
bridge link show dev br0
bridge link show dev nosuch
bridge link show master br0
bridge link show foo
bridge mdb
bridge -d mdb
bridge -j mdb
bridge -d -j -p mdb
bridge vlan
bridge -j vlan
bridge -j -p vlan show
bridge vlan show dev v0
bridge vlan add dev v0 vid 10
bridge vlan del dev v0 vid 10
bridge vlan global
bridge vlan tunnelshow
bridge vni
bridge
bridge help
bridge foo
bridge -V
bridge -h
bridge -foo
bridge link help
bridge link foo
bridge link set help
bridge link set
bridge link set dev
bridge mdb help
bridge mdb foo
bridge vlan help
bridge vlan foo
bridge vni help
bridge monitor help
bridge monitor foo
bridge -n nosuch link
