#!/bin/bash
# Names that come and go, and ids. See: 'ip netns monitor' prints at once to a pipe that is asked not to wait, and loses what waits in a file when
# it is killed; ids that are given, looked up, and go with their namespace.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip netns monitor > plain &
A=$!
stdbuf -oL ip netns monitor > lines &
B=$!
ip monitor nsid > ids &
C=$!
sleep 0.3
ip netns add red
ip netns add blue
ip netns exec red sleep 3 &
sleep 0.1
ip netns attach pink $(ip netns pids red | head -1)
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns red
ip netns set blue 9
ip netns del red
sleep 0.2
ip netns del pink
ip netns del blue
sleep 0.2
kill $A $B $C
wait $A
echo $?
cat plain
cat lines
cat ids
ip netns list
