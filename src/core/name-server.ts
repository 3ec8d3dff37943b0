/**
 * The machine's name server, as /etc/resolv.conf of a fresh run names it: an address set aside for documentation, that no
 * scenario's routes lead to (RFC 5737). Looking a name up connects to it twice and gives up, as glibc does where it cannot be
 * reached; that shows in IpOutNoRoutes.
 */
export const NAME_SERVER = "192.0.2.53";
export const RESOLVER_ATTEMPTS = 2;
