#!/bin/bash
# Options of 'ip' and batches. See: lines that fail, with their numbers, with and without -force; JSON, brief, oneline, human and coloured
# forms; usage texts and where they go.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
printf '%b' '# comment\nlink add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02\nlink set v0 up\n\nlink set nosuch up\nlink set v1 up\n' > batch1
ip -batch batch1
ip -br link
ip -force -batch batch1
ip -b batch1
ip -force -b batch1
printf '%b' 'link set v0 foo\nlink set v1 down\naddr add 10.0.0.1/24 dev v0\naddr add 10.0.0.1/24 dev v0\nnetns add q\nnetns exec q ip link\nlink show v0\nlink foo\nfoo\nlink set v0 mtu 20\nlink set v0 \\\\\n  mtu 1400\nlink show "v0"\nlink set v0 alias "a b c"\nlink show v0\nroute add default via 10.0.0.2\nroute\n' > batch2
ip -batch batch2
echo $?
ip -force -batch batch2
echo $?
ip -batch nosuch
echo "link show lo" | ip -batch -
echo "link show lo" | ip -j -batch -
printf 'link show lo\nlink show v0\n' | ip -j -batch -
printf 'link show lo\nlink show v0\n' | ip -br -batch -
printf 'link show lo' | ip -batch -
printf 'link show lo\nfoo' | ip -batch -
ip -n q -batch batch1
ip -n q -br link
ip -t link show lo
ip -ts link show lo
ip -rc 100000 link show lo
ip -rc foo link show lo
ip -l foo link show lo
ip -a link show lo
ip -force link show nosuch
ip -s link show v0
ip -s -h link show v0
ip -4 -o addr
ip -o -s link show v0
ip -s -j link show v0
ip -br -j link
ip -br -s link
ip -br -c link
ip -foo link
ip --json link show lo
ip -json -pretty link show lo
ip -stat link show lo
ip -statistics -statistics link show lo
ip -details -oneline link show lo
ip -brief link
ip -color link show v0
ip -color=auto link show v0
ip -color=foo link show v0
ip -c=always -br link
ip link help
ip help
ip -h
ip -help
ip
ip link add help
ip link set help
ip link show help
ip link add type veth help
ip link help veth
ip link add foo type veth help
ip link help foo
ip link show dev
ip link show type
ip link show group
ip link show master
ip link show dev v0 dev v1
ip link show v0 v1
ip link show up type veth
ip link show type veth up group 0
ip link property help
ip link xstats
ip link xstats type bridge
ip link del dev v0 type veth
ip link
