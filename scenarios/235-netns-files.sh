#!/bin/bash
# Names of namespaces are files: a link to a process's namespace names it, a plain file names none and is listed, mounts come and go.
# See: what 'ip netns' says of each, what holds a namespace, what is left after 'umount'.
ip netns add x
ip netns exec x sysctl -qw net.ipv6.conf.all.disable_ipv6=1
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
unshare -n sleep 100 &
pid=$!
sleep 0.2
ln -s /proc/$pid/ns/net /run/netns/cont
touch /run/netns/plain
ln -s /proc/99999/ns/net /run/netns/gone
ln -s /run/netns/x /run/netns/y
ip netns list
ip -j netns list
ip netns exec cont ip -br link show lo
ip netns exec plain true; echo $?
ip netns exec gone true; echo $?
ip -n plain link; echo $?
ip -n y link show lo
ip netns pids plain; echo $?
ip netns pids gone; echo $?
ip netns set plain 5; echo $?
ip netns set y 6; echo $?
ip netns list
ip netns list-id
ip netns exec cont sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns cont
ip link add w0 type veth peer name w1 netns plain; echo $?
ip link show v0
ip -n cont link set v1 name eth0
ip -n cont addr add 10.0.0.2/24 dev eth0
ip -n cont link set eth0 up
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
sleep 0.2
nsenter -t $pid -n ip -br addr show eth0
[ "$(stat -Lc %i /run/netns/cont)" = "$(stat -Lc %i /proc/$pid/ns/net)" ] && echo same
ls /proc/self/ns
ip netns add plain; echo $?
ip netns attach plain $$; echo $?
touch /tmp/held
mount --bind /proc/$pid/ns/net /tmp/held; echo $?
rm /tmp/held; echo $?
mount --bind /nosuch /tmp/held; echo $?
kill $pid; wait $pid
ip netns list
nsenter --net=/tmp/held ip -br addr show eth0
umount /tmp/held; echo $?
umount /tmp/held; echo $?
sleep 0.2
ip link show v0; echo $?
unshare --net=/tmp/held ip link set lo up
nsenter --net=/tmp/held ip -br link
umount /tmp/held
ip netns del y
ip netns list
ip netns exec x true; echo $?
ip netns del x; ip netns del plain; ip netns del cont; ip netns del gone
ip netns list
ip netns add x
umount /run/netns/x
ip netns list
ip netns add x; echo $?
ip netns del x
rm /tmp/held
