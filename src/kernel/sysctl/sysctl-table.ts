/**
 * Every sysctl under /proc/sys/net of a fresh network namespace, one a line: name, kind, default value, then what differs.
 * Recorded from Linux 6.18 by writing some fifty values to each file; kinds are explained in `sysctl-kinds.ts`.
 * Behind the default value of a per-device key stand `all=` and `lo=` where these differ, and how a write spreads:
 *   d  a value written to `default` shows at once in devices that were never written to and never had an IPv4 address
 *   A  a value written to `all` is copied to `default` and to every device
 *   c  the same, but only when the value of `all` changes
 *   f  a change of `all` is copied to every device, not to `default`
 * `@NNN` is a file mode other than 644 (444 for kind `ro`).
 */
export const GLOBAL_KEYS = `
bridge/bridge-nf-call-arptables flag 1
bridge/bridge-nf-call-ip6tables flag 1
bridge/bridge-nf-call-iptables flag 1
bridge/bridge-nf-filter-pppoe-tagged flag 0
bridge/bridge-nf-filter-vlan-tagged flag 0
bridge/bridge-nf-pass-vlan-input-dev flag 0
core/optmem_max i0:2147483647 131072
core/rmem_default ro 212992
core/rmem_max ro 4194304
core/rps_default_mask cpus 0
core/somaxconn i0:2147483647 4096
core/tstamp_allow_data i0:1 1
core/txrehash i0:1 1
core/wmem_default ro 212992
core/wmem_max ro 4194304
core/xfrm_acq_expires i 30
core/xfrm_aevent_etime i0:4294967295 10
core/xfrm_aevent_rseqth i0:4294967295 2
core/xfrm_larval_drop i 1
ipv4/fib_multipath_hash_fields i1:4095 7
ipv4/fib_multipath_hash_policy i0:3 0
ipv4/fib_multipath_hash_seed i0:4294967295 0
ipv4/fib_multipath_use_neigh i0:1 0
ipv4/fib_notify_on_flag_change i0:2 0
ipv4/fwmark_reflect i0:255 0
ipv4/icmp_echo_enable_probe i0:1 0
ipv4/icmp_echo_ignore_all i0:1 0
ipv4/icmp_echo_ignore_broadcasts i0:1 1
ipv4/icmp_errors_use_inbound_ifaddr i0:1 0
ipv4/icmp_ignore_bogus_error_responses i0:1 1
ipv4/icmp_msgs_burst i0:2147483647 50
ipv4/icmp_msgs_per_sec i0:2147483647 1000
ipv4/icmp_ratelimit ms 1000
ipv4/icmp_ratemask i 6168
ipv4/igmp_link_local_mcast_reports i0:255 1
ipv4/igmp_max_memberships i 20
ipv4/igmp_max_msf i 10
ipv4/igmp_qrv i1:2147483647 2
ipv4/ip_autobind_reuse i0:1 0
ipv4/ip_default_ttl i1:255 64
ipv4/ip_dynaddr i0:255 0
ipv4/ip_early_demux i0:255 1
ipv4/ip_forward i 0
ipv4/ip_forward_update_priority i0:1 1
ipv4/ip_forward_use_pmtu i0:255 0
ipv4/ip_local_port_range ports 32768\t60999
ipv4/ip_local_reserved_ports bitmap65535
ipv4/ip_no_pmtu_disc i0:255 0
ipv4/ip_nonlocal_bind i0:255 0
ipv4/ip_unprivileged_port_start i0:65535 1024
ipv4/ipfrag_high_thresh high 4194304
ipv4/ipfrag_low_thresh low 3145728
ipv4/ipfrag_max_dist i0:2147483647 64
ipv4/ipfrag_time s 30
ipv4/nexthop_compat_mode i0:1 1
ipv4/ping_group_range gids 1\t0
ipv4/raw_l3mdev_accept i0:1 1
ipv4/route/flush flush@200
ipv4/route/min_adv_mss i 256
ipv4/route/min_pmtu i68:2147483647 552
ipv4/route/mtu_expires s 600
ipv4/tcp_abort_on_overflow i0:255 0
ipv4/tcp_adv_win_scale i-31:31 1
ipv4/tcp_allowed_congestion_control ro reno bbr
ipv4/tcp_app_win i0:31 31
ipv4/tcp_autocorking i0:1 1
ipv4/tcp_available_congestion_control ro reno bbr cubic
ipv4/tcp_backlog_ack_defer i0:1 1
ipv4/tcp_base_mss i 1024
ipv4/tcp_challenge_ack_limit i 2147483647
ipv4/tcp_child_ehash_entries i0:16777216 0
ipv4/tcp_comp_sack_delay_ns i0:18446744073709551615 1000000
ipv4/tcp_comp_sack_nr i0:255 44
ipv4/tcp_comp_sack_slack_ns i0:18446744073709551615 100000
ipv4/tcp_congestion_control cong bbr
ipv4/tcp_dsack i0:255 1
ipv4/tcp_early_demux i0:255 1
ipv4/tcp_early_retrans i0:4 3
ipv4/tcp_ecn i0:2 2
ipv4/tcp_ecn_fallback i0:1 1
ipv4/tcp_ecn_option i0:2 2
ipv4/tcp_ecn_option_beacon i0:3 3
ipv4/tcp_ehash_entries ro -262144
ipv4/tcp_fack i0:255 0
ipv4/tcp_fastopen i 1
ipv4/tcp_fastopen_blackhole_timeout_sec i0:2147483647 0
ipv4/tcp_fastopen_key key@600 00000000-00000000-00000000-00000000
ipv4/tcp_fin_timeout s 60
ipv4/tcp_frto i0:255 2
ipv4/tcp_fwmark_accept i0:255 0
ipv4/tcp_invalid_ratelimit ms 500
ipv4/tcp_keepalive_intvl s 75
ipv4/tcp_keepalive_probes i0:255 9
ipv4/tcp_keepalive_time s 7200
ipv4/tcp_l3mdev_accept i0:1 0
ipv4/tcp_limit_output_bytes i 4194304
ipv4/tcp_max_reordering i1:2147483647 300
ipv4/tcp_max_syn_backlog i 2048
ipv4/tcp_max_tw_buckets i 131072
ipv4/tcp_migrate_req i0:1 0
ipv4/tcp_min_rtt_wlen i0:86400 300
ipv4/tcp_min_snd_mss i48:65535 48
ipv4/tcp_min_tso_segs i1:255 2
ipv4/tcp_moderate_rcvbuf i0:255 1
ipv4/tcp_mtu_probe_floor i48:65535 48
ipv4/tcp_mtu_probing i0:255 0
ipv4/tcp_no_metrics_save i0:255 0
ipv4/tcp_no_ssthresh_metrics_save i0:1 1
ipv4/tcp_notsent_lowat i0:4294967295 4294967295
ipv4/tcp_orphan_retries i0:255 0
ipv4/tcp_pacing_ca_ratio i0:1000 120
ipv4/tcp_pacing_ss_ratio i0:1000 200
ipv4/tcp_pingpong_thresh i1:255 1
ipv4/tcp_plb_cong_thresh i0:256 128
ipv4/tcp_plb_enabled i0:1 0
ipv4/tcp_plb_idle_rehash_rounds i0:31 3
ipv4/tcp_plb_rehash_rounds i0:31 12
ipv4/tcp_plb_suspend_rto_sec i0:255 60
ipv4/tcp_probe_interval i0:17179869 600
ipv4/tcp_probe_threshold i 8
ipv4/tcp_recovery i0:255 1
ipv4/tcp_reflect_tos i0:1 0
ipv4/tcp_reordering i1:300 3
ipv4/tcp_retrans_collapse i0:255 1
ipv4/tcp_retries1 i0:255 3
ipv4/tcp_retries2 i0:255 15
ipv4/tcp_rfc1337 i0:255 0
ipv4/tcp_rmem vec3 4096\t131072\t33554432
ipv4/tcp_rto_max_ms i1000:120000 120000
ipv4/tcp_rto_min_us i1:2147483647 200000
ipv4/tcp_sack i0:255 1
ipv4/tcp_shrink_window i0:1 0
ipv4/tcp_slow_start_after_idle i0:255 1
ipv4/tcp_stdurg i0:255 0
ipv4/tcp_syn_linear_timeouts i0:127 4
ipv4/tcp_syn_retries i1:127 6
ipv4/tcp_synack_retries i0:255 5
ipv4/tcp_syncookies i0:255 1
ipv4/tcp_thin_linear_timeouts i0:255 0
ipv4/tcp_timestamps i0:255 1
ipv4/tcp_tso_rtt_log i0:255 9
ipv4/tcp_tso_win_divisor i0:255 3
ipv4/tcp_tw_reuse i0:2 2
ipv4/tcp_tw_reuse_delay i1:60000 1000
ipv4/tcp_window_scaling i0:255 1
ipv4/tcp_wmem vec3 4096\t16384\t4194304
ipv4/tcp_workaround_signed_windows i0:255 0
ipv4/udp_child_hash_entries i0:65536 0
ipv4/udp_early_demux i0:255 1
ipv4/udp_hash_entries ro -16384
ipv4/udp_l3mdev_accept i0:1 0
ipv4/udp_rmem_min i1:2147483647 4096
ipv4/udp_wmem_min i1:2147483647 4096
ipv4/xfrm4_gc_thresh i 32768
ipv6/anycast_src_echo_reply i0:255 0
ipv6/auto_flowlabels i0:3 1
ipv6/bindv6only i0:255 0
ipv6/fib_multipath_hash_fields i1:4095 7
ipv6/fib_multipath_hash_policy i0:3 0
ipv6/fib_notify_on_flag_change i0:2 0
ipv6/flowlabel_consistency i0:255 1
ipv6/flowlabel_reflect i0:7 0
ipv6/flowlabel_state_ranges i0:255 0
ipv6/fwmark_reflect i0:255 0
ipv6/icmp/echo_ignore_all i0:255 0
ipv6/icmp/echo_ignore_anycast i0:255 0
ipv6/icmp/echo_ignore_multicast i0:255 0
ipv6/icmp/error_anycast_as_unicast i0:1 0
ipv6/icmp/ratelimit ms 100
ipv6/icmp/ratemask bitmap255 0-1,3-127
ipv6/idgen_delay s 1
ipv6/idgen_retries i 3
ipv6/ioam6_id i0:16777215 16777215
ipv6/ioam6_id_wide i0:72057594037927935 72057594037927935
ipv6/ip6frag_high_thresh high 4194304
ipv6/ip6frag_low_thresh low 3145728
ipv6/ip6frag_time s 60
ipv6/ip_nonlocal_bind i0:255 0
ipv6/max_dst_opts_length i 2147483647
ipv6/max_dst_opts_number i 8
ipv6/max_hbh_length i 2147483647
ipv6/max_hbh_opts_number i 8
ipv6/route/flush flush@200
ipv6/route/gc_elasticity i 9
ipv6/route/gc_interval s 30
ipv6/route/gc_min_interval s 0
ipv6/route/gc_min_interval_ms ms 500
ipv6/route/gc_thresh i 1024
ipv6/route/gc_timeout s 60
ipv6/route/max_size i 2147483647
ipv6/route/min_adv_mss i 1220
ipv6/route/mtu_expires s 600
ipv6/route/skip_notify_on_dev_down i0:1 0
ipv6/seg6_flowlabel i 0
ipv6/xfrm6_gc_thresh i 32768
mptcp/add_addr_timeout s 120
mptcp/allow_join_initial_addr_port i0:1 1
mptcp/available_path_managers ro kernel userspace
mptcp/available_schedulers ro default
mptcp/blackhole_timeout i0:2147483647 3600
mptcp/checksum_enabled i0:1 0
mptcp/close_timeout s 60
mptcp/enabled i0:1 1
mptcp/path_manager pm kernel
mptcp/pm_type pmtype 0
mptcp/scheduler one:default default
mptcp/stale_loss_cnt i0:4294967295 4
mptcp/syn_retrans_before_tcp_fallback i0:255 2
netfilter/nf_conntrack_acct i0:1 0
netfilter/nf_conntrack_buckets ro 262144
netfilter/nf_conntrack_checksum i0:1 1
netfilter/nf_conntrack_count ro 0
netfilter/nf_conntrack_events i0:2 2
netfilter/nf_conntrack_expect_max ro 4096
netfilter/nf_conntrack_frag6_high_thresh high 4194304
netfilter/nf_conntrack_frag6_low_thresh low 3145728
netfilter/nf_conntrack_frag6_timeout s 60
netfilter/nf_conntrack_generic_timeout s 600
netfilter/nf_conntrack_gre_timeout s 30
netfilter/nf_conntrack_gre_timeout_stream s 180
netfilter/nf_conntrack_icmp_timeout s 30
netfilter/nf_conntrack_icmpv6_timeout s 30
netfilter/nf_conntrack_log_invalid i0:255 0
netfilter/nf_conntrack_max ro 262144
netfilter/nf_conntrack_sctp_timeout_closed s 10
netfilter/nf_conntrack_sctp_timeout_cookie_echoed s 3
netfilter/nf_conntrack_sctp_timeout_cookie_wait s 3
netfilter/nf_conntrack_sctp_timeout_established s 210
netfilter/nf_conntrack_sctp_timeout_heartbeat_sent s 30
netfilter/nf_conntrack_sctp_timeout_shutdown_ack_sent s 3
netfilter/nf_conntrack_sctp_timeout_shutdown_recd s 3
netfilter/nf_conntrack_sctp_timeout_shutdown_sent s 3
netfilter/nf_conntrack_tcp_be_liberal i0:1 0
netfilter/nf_conntrack_tcp_ignore_invalid_rst i0:1 0
netfilter/nf_conntrack_tcp_loose i0:1 1
netfilter/nf_conntrack_tcp_max_retrans i0:255 3
netfilter/nf_conntrack_tcp_timeout_close s 10
netfilter/nf_conntrack_tcp_timeout_close_wait s 60
netfilter/nf_conntrack_tcp_timeout_established s 432000
netfilter/nf_conntrack_tcp_timeout_fin_wait s 120
netfilter/nf_conntrack_tcp_timeout_last_ack s 30
netfilter/nf_conntrack_tcp_timeout_max_retrans s 300
netfilter/nf_conntrack_tcp_timeout_syn_recv s 60
netfilter/nf_conntrack_tcp_timeout_syn_sent s 120
netfilter/nf_conntrack_tcp_timeout_time_wait s 120
netfilter/nf_conntrack_tcp_timeout_unacknowledged s 300
netfilter/nf_conntrack_timestamp i0:1 0
netfilter/nf_conntrack_udp_timeout s 30
netfilter/nf_conntrack_udp_timeout_stream s 120
netfilter/nf_hooks_lwtunnel i0:1 0
netfilter/nf_log/0 log NONE
netfilter/nf_log/1 log NONE
netfilter/nf_log/10 log nf_log_ipv6
netfilter/nf_log/2 log nf_log_ipv4
netfilter/nf_log/3 log nf_log_arp
netfilter/nf_log/4 log NONE
netfilter/nf_log/5 log nf_log_netdev
netfilter/nf_log/6 log NONE
netfilter/nf_log/7 log nf_log_bridge
netfilter/nf_log/8 log NONE
netfilter/nf_log/9 log NONE
unix/max_dgram_qlen i 10
`;

export const IPV4_CONF_KEYS = `
accept_local i 0 d
accept_redirects i 1 d
accept_source_route i 1 all=0 d
arp_accept i 0 d
arp_announce i 0 d
arp_evict_nocarrier i 1 d
arp_filter i 0 d
arp_ignore i 0 d
arp_notify i 0 d
bc_forwarding i 0 d
bootp_relay i 0 d
disable_policy i 0 lo=1
disable_xfrm i 0 lo=1
drop_gratuitous_arp i 0 d
drop_unicast_in_l2_multicast i 0
force_igmp_version i 0 d
forwarding i 0 c
igmpv2_unsolicited_report_interval i 10000 d
igmpv3_unsolicited_report_interval i 1000 d
ignore_routes_with_linkdown i 0 d
log_martians i 0 d
mc_forwarding ro 0
medium_id i 0 d
promote_secondaries i 0
proxy_arp i 0 d
proxy_arp_pvlan i 0 d
route_localnet i 0
rp_filter i 0 d
secure_redirects i 1 d
send_redirects i 1 d
shared_media i 1 d
src_valid_mark i 0 d
tag i 0 d
`;

export const IPV6_CONF_KEYS = `
accept_dad i 1 all=0 lo=-1
accept_ra i 1
accept_ra_defrtr i 1
accept_ra_from_local i 0
accept_ra_min_hop_limit i 1
accept_ra_min_lft i 0
accept_ra_mtu i 1
accept_ra_pinfo i 1
accept_ra_rt_info_max_plen i 0
accept_ra_rt_info_min_plen i 0
accept_ra_rtr_pref i 1
accept_redirects i 1
accept_source_route i 0
accept_untracked_na i0:2 0
addr_gen_mode i0:3 0 c
autoconf i 1
dad_transmits i 1
disable_ipv6 i 0 A
disable_policy i 0
drop_unicast_in_l2_multicast i 0
drop_unsolicited_na i 0
enhanced_dad i 1
force_forwarding i0:1 0 f
force_mld_version i 0
force_tllao i 0
forwarding i 0 A
hop_limit i1:255 64
ignore_routes_with_linkdown i 0 A
ioam6_enabled i0:1 0
ioam6_id i0:65535 65535
ioam6_id_wide i0:4294967295 4294967295
keep_addr_on_down i 0
max_addresses i 16
max_desync_factor i 600
mc_forwarding ro 0
mldv1_unsolicited_report_interval ms 10000
mldv2_unsolicited_report_interval ms 1000
mtu mtu 1280
ndisc_evict_nocarrier i0:1 1
ndisc_notify i 0
ndisc_tclass i0:255 0
optimistic_dad i 0
proxy_ndp i 0
ra_defrtr_metric i1:4294967295 1024
ra_honor_pio_life i0:1 0
ra_honor_pio_pflag i0:1 0
regen_max_retry i 3
regen_min_advance i 2
router_probe_interval s 60
router_solicitation_delay s 1
router_solicitation_interval s 4
router_solicitation_max_interval s 3600
router_solicitations i-1:2147483647 -1
rpl_seg_enabled i0:1 0
seg6_enabled i 0
seg6_require_hmac i 0
stable_secret secret
suppress_frag_ndisc i 1
temp_prefered_lft i 86400
temp_valid_lft i 604800
use_oif_addrs_only i 0
use_optimistic i 0
use_tempaddr i 0 lo=-1
`;

export const IPV4_NEIGH_KEYS = `
anycast_delay clk 100
app_solicit i0:2147483647 0
base_reachable_time s 30
base_reachable_time_ms ms 30000
delay_first_probe_time s 5
gc_stale_time s 60
interval_probe_time_ms ms1 5000
locktime clk 100
mcast_resolicit i0:2147483647 0
mcast_solicit i0:2147483647 3
proxy_delay clk 80
proxy_qlen i0:2147483647 64
retrans_time clk 100
retrans_time_ms ms 1000
ucast_solicit i0:2147483647 3
unres_qlen qlen 101
unres_qlen_bytes i0:2147483647 212992
`;

export const IPV6_NEIGH_KEYS = `
anycast_delay clk 100
app_solicit i0:2147483647 0
base_reachable_time s 30
base_reachable_time_ms ms 30000
delay_first_probe_time s 5
gc_stale_time s 60
interval_probe_time_ms ms1 5000
locktime clk 0
mcast_resolicit i0:2147483647 0
mcast_solicit i0:2147483647 3
proxy_delay clk 80
proxy_qlen i0:2147483647 64
retrans_time i 250
retrans_time_ms ms 1000
ucast_solicit i0:2147483647 3
unres_qlen qlen 101
unres_qlen_bytes i0:2147483647 212992
`;
