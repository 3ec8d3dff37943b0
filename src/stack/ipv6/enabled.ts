/** Do machines have IPv6? Off, nothing of it is made, and requests are answered as where sysctl has switched it off. */
export const IPV6_ENABLED: boolean = true;
