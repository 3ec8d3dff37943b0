/**
 * Numbers and their names: ports, protocols, EtherTypes.
 * @source services(5) and protocols(5) of Debian 12; names of EtherTypes and protocols as tcpdump 4.99.3 shows them
 */

/** Port, name, other names. */
const TCP_SERVICES = `
1 tcpmux;7 echo;9 discard sink null;11 systat users;13 daytime;15 netstat;17 qotd quote;19 chargen ttytst source
20 ftp-data;21 ftp;22 ssh;23 telnet;25 smtp mail;37 time timserver;43 whois nicname;49 tacacs;53 domain;70 gopher
79 finger;80 http www;88 kerberos kerberos5 krb5 kerberos-sec;102 iso-tsap tsap;104 acr-nema dicom;110 pop3 pop-3
111 sunrpc portmapper;113 auth authentication tap ident;119 nntp readnews untp;135 epmap loc-srv;139 netbios-ssn
143 imap2 imap;161 snmp;162 snmp-trap snmptrap;163 cmip-man;164 cmip-agent;174 mailq;179 bgp;199 smux;209 qmtp
210 z3950 wais;345 pawserv;346 zserv;369 rpc2portmap;370 codaauth2;389 ldap;427 svrloc;443 https;444 snpp
445 microsoft-ds;464 kpasswd;465 submissions ssmtp smtps urd;487 saft;554 rtsp;607 nqs;628 qmqp;631 ipp;646 ldp
512 exec;513 login;514 shell cmd syslog;515 printer spooler;538 gdomap;540 uucp uucpd;543 klogin;544 kshell krcmd
548 afpovertcp;563 nntps snntp;587 submission;636 ldaps;655 tinc;706 silc;749 kerberos-adm;853 domain-s;873 rsync
989 ftps-data;990 ftps;992 telnets;993 imaps;995 pop3s;1080 socks;1093 proofd;1094 rootd;1194 openvpn
1099 rmiregistry;1352 lotusnote lotusnotes;1433 ms-sql-s;1524 ingreslock;1645 datametrics old-radius
1646 sa-msg-port old-radacct;1649 kermit;1677 groupwise;1812 radius;1813 radius-acct radacct;2000 cisco-sccp
2049 nfs;2086 gnunet;2101 rtcm-sc104;2119 gsigatekeeper;2135 gris;2401 cvspserver;2430 venus;2431 venus-se
2432 codasrv;2433 codasrv-se;2583 mon;2628 dict;2792 f5-globalsite;2811 gsiftp;2947 gpsd;3050 gds-db gds_db
3205 isns;3260 iscsi-target;3306 mysql;3389 ms-wbt-server;3493 nut;3632 distcc;3689 daap;3690 svn subversion
4031 suucp;4094 sysrqd;4190 sieve;4369 epmd;4373 remctl;4353 f5-iquery;4460 ntske;4691 mtn;4899 radmin-port
5060 sip;5061 sip-tls;5222 xmpp-client jabber-client;5269 xmpp-server jabber-server;5308 cfengine
5432 postgresql postgres;5556 freeciv rptp;5671 amqps;5672 amqp;6000 x11 x11-0;6001 x11-1;6002 x11-2;6003 x11-3
6004 x11-4;6005 x11-5;6006 x11-6;6007 x11-7;6346 gnutella-svc;6347 gnutella-rtr;6379 redis
6444 sge-qmaster sge_qmaster;6445 sge-execd sge_execd;6446 mysql-proxy;6697 ircs-u;7000 bbs;7100 font-service xfs
8080 http-alt webcache;8140 puppet;9101 bacula-dir;9102 bacula-fd;9103 bacula-sd;9667 xmms2;10809 nbd
10050 zabbix-agent;10051 zabbix-trapper;10080 amanda;11112 dicom;11371 hkp;17500 db-lsp;22125 dcap;22128 gsidcap
22273 wnn6;750 kerberos4 kerberos-iv kdc;751 kerberos-master;754 krb-prop krb_prop krb5_prop hprop;2121 iprop
871 supfilesrv;1127 supfiledbg;106 poppassd;775 moira-db moira_db;777 moira-update moira_update;783 spamd
1178 skkserv;1236 rmtcfg;1313 xtel;1314 xtelw;2600 zebrasrv;2601 zebra;2602 ripd;2603 ripngd;2604 ospfd;2605 bgpd
2606 ospf6d;2607 ospfapi;2608 isisd;4557 fax;4559 hylafax;4949 munin lrrd;5666 nrpe;5667 nsca;5680 canna
6514 syslog-tls;6566 sane-port sane saned;6667 ircd;8021 zope-ftp;8081 tproxy;8088 omniorb;8990 clc-build-daemon
9098 xinetd;9418 git;9673 zope;10000 webmin;10081 kamanda;10082 amandaidx;10083 amidxtape;17004 sgi-cad;24554 binkp
27374 asp;30865 csync2;57000 dircproxy;60177 tfido;60179 fido
`;
/** Port, name, other names. */
const UDP_SERVICES = `
7 echo;9 discard sink null;13 daytime;19 chargen ttytst source;21 fsp fspd;37 time timserver;49 tacacs;53 domain
67 bootps;68 bootpc;69 tftp;88 kerberos kerberos5 krb5 kerberos-sec;111 sunrpc portmapper;123 ntp;137 netbios-ns
138 netbios-dgm;161 snmp;162 snmp-trap snmptrap;163 cmip-man;164 cmip-agent;177 xdmcp;213 ipx;319 ptp-event
320 ptp-general;369 rpc2portmap;370 codaauth2;371 clearcase Clearcase;389 ldap;427 svrloc;443 https;464 kpasswd
500 isakmp;554 rtsp;623 asf-rmcp;646 ldp;512 biff comsat;513 who whod;514 syslog;517 talk;518 ntalk
520 route router routed;538 gdomap;546 dhcpv6-client;547 dhcpv6-server;636 ldaps;655 tinc;853 domain-s;1194 openvpn
1434 ms-sql-m;1645 datametrics old-radius;1646 sa-msg-port old-radacct;1701 l2f l2tp;1812 radius
1813 radius-acct radacct;2049 nfs;2086 gnunet;2101 rtcm-sc104;2430 venus;2431 venus-se;2432 codasrv;2433 codasrv-se
2583 mon;3130 icpv2 icp;3205 isns;3493 nut;4500 ipsec-nat-t;4569 iax;5060 sip;5061 sip-tls;5353 mdns
6346 gnutella-svc;6347 gnutella-rtr;6696 babel;7000 afs3-fileserver;7001 afs3-callback;7002 afs3-prserver
7003 afs3-vlserver;7004 afs3-kaserver;7005 afs3-volser;7007 afs3-bos;7008 afs3-update;7009 afs3-rmtsys
750 kerberos4 kerberos-iv kdc;751 kerberos-master kerberos_master;752 passwd-server passwd_server;2102 zephyr-srv
2103 zephyr-clt;2104 zephyr-hm;779 moira-ureg moira_ureg;1210 predict;5555 rplay;17001 sgi-cmsd;17002 sgi-crsd
17003 sgi-gcd;27374 asp
`;
/** As tcpdump names them without -n. */
const PROTOCOLS = `
0 hopopt;1 icmp;2 igmp;3 ggp;4 ipencap;5 st;6 tcp;7 cbt;8 egp;9 igp;10 bbn-rcc-mon;11 nvp-ii;12 pup;13 argus
14 emcon;15 xnet;16 chaos;17 udp;18 mux;19 dcn-meas;20 hmp;21 prm;22 xns-idp;23 trunk-1;24 trunk-2;25 leaf-1
26 leaf-2;27 rdp;28 irtp;29 iso-tp4;30 netblt;31 mfe-nsp;32 merit-inp;33 dccp;34 3pc;35 idpr;36 xtp;37 ddp
38 idpr-cmtp;39 tp++;40 il;41 ipv6;42 sdrp;43 ipv6-route;44 ipv6-frag;45 idrp;46 rsvp;47 gre;48 dsr;49 bna;50 esp
51 ah;52 i-nlsp;53 swipe;54 narp;55 mobile;56 tlsp;57 skip;58 ipv6-icmp;59 ipv6-nonxt;60 ipv6-opts;62 cftp
64 sat-expak;65 kryptolan;66 rvd;67 ippc;69 sat-mon;70 visa;71 ipcv;72 cpnx;73 rspf;74 wsn;75 pvp;76 br-sat-mon
77 sun-nd;78 wb-mon;79 wb-expak;80 iso-ip;81 vmtp;82 secure-vmtp;83 vines;84 ttp;85 nsfnet-igp;86 dgp;87 tcf
88 eigrp;89 ospf;90 sprite-rpc;91 larp;92 mtp;93 ax.25;94 ipip;95 micp;96 scc-sp;97 etherip;98 encap;100 gmtp
101 ifmp;102 pnni;103 pim;104 aris;105 scps;106 qnx;107 a/n;108 ipcomp;109 snp;110 compaq-peer;111 ipx-in-ip
112 vrrp;113 pgm;115 l2tp;116 ddx;117 iatp;118 stp;119 srp;120 uti;121 smp;122 sm;123 ptp;124 isis;125 fire
126 crtp;127 crudp;128 sscopmce;129 iplt;130 sps;131 pipe;132 sctp;133 fc;134 rsvp-e2e-ignore;135 mobility-header
136 udplite;137 mpls-in-ip;138 manet;139 hip;140 shim6;141 wesp;142 rohc;253 exptest-253;254 exptest-254
255 reserved
`;
/** EtherType, name. */
const ETHERTYPES = `
0x0600 NS;0x0707 GeoNet (old);0x0800 IPv4;0x0806 ARP;0x1000 Trail;0x1111 CALM FAST;0x6001 MOP DL;0x6002 MOP RC
0x6003 DN;0x6004 LAT;0x6007 SCA;0x6558 TEB;0x8035 Reverse ARP;0x8038 Lanbridge;0x803c DEC DNS;0x803e DEC DTS
0x805b VEXP;0x805c VPROD;0x809b Appletalk;0x80f3 Appletalk ARP;0x8137 IPX;0x86dd IPv6;0x8808 MPCP
0x8809 Slow Protocols;0x880b PPP;0x8847 MPLS unicast;0x8848 MPLS multicast;0x8863 PPPoE D;0x8864 PPPoE S
0x886f MS NLB heartbeat;0x888e EAPOL;0x8899 Realtek protocols;0x88a2 AoE;0x88ca TIPC;0x88cc LLDP
0x88e5 802.1AE MACsec;0x88f7 PTP;0x8902 CFM;0x893a IEEE1905.1;0x8947 GeoNet;0x894f NSH;0x9000 Loopback
0xabcd CFM (old);0xfefe OSI
`;

export interface Service {
  readonly port: number;
  readonly names: readonly string[];
}

function entries(text: string): [string, string][] {
  return text
    .trim()
    .split(/[;\n]/)
    .map((entry) => {
      const space = entry.indexOf(" ");
      return [entry.slice(0, space), entry.slice(space + 1)];
    });
}

function services(text: string): Service[] {
  return entries(text).map(([port, names]) => ({ port: Number(port), names: names.split(" ") }));
}

export const SERVICES: { readonly tcp: readonly Service[]; readonly udp: readonly Service[] } = {
  tcp: services(TCP_SERVICES),
  udp: services(UDP_SERVICES),
};

function byPort(list: readonly Service[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const { port, names: known } of list) if (!names.has(port)) names.set(port, known[0]!);
  return names;
}

export const PORT_NAMES = { tcp: byPort(SERVICES.tcp), udp: byPort(SERVICES.udp) };

/** What follows a fragment's addresses, or a protocol that is not decoded. */
export const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map(
  entries(PROTOCOLS).map(([number, name]) => [Number(number), name]),
);

export const ETHERTYPE_NAMES: ReadonlyMap<number, string> = new Map(
  entries(ETHERTYPES).map(([number, name]) => [Number(number), name]),
);
