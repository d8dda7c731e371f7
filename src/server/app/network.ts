import type { InitializationOptions } from "../../protocol/initialization.ts";
import type { HeadlessSettings, Settings } from "../../protocol/settings.ts";
import type { Network } from "../platform/network.ts";

export type Proxies = Pick<Network, "proxies" | "noProxy">;

type CertificateSettings = Pick<Settings & HeadlessSettings, "tls.caFile" | "tls.clientCert" | "tls.clientKey">;

/** What the settings say of certificates; "" is none. */
export function certificatesOf(settings: CertificateSettings): Network {
  const { "tls.caFile": caFile, "tls.clientCert": clientCert, "tls.clientKey": clientKey } = settings;
  return {
    ...(caFile !== "" && { caFile }),
    ...(clientCert !== "" && { clientCert }),
    ...(clientKey !== "" && { clientKey }),
  };
}

/** As VS Code reaches the network itself: its proxy, the environment's when it has none, and the certificates that it trusts. */
export function windowNetwork({ settings, network }: InitializationOptions, inEnvironment: Proxies): Network {
  const certificates = certificatesOf(settings);
  if (!network) return { ...certificates, ...inEnvironment };
  const { useProxy, proxy, noProxy, systemCertificates } = network;
  const hosts = [...noProxy, inEnvironment.noProxy ?? ""].join(",");
  return {
    ...certificates,
    systemCertificates,
    ...(useProxy && { ...inEnvironment, noProxy: hosts }),
    ...(useProxy && proxy !== "" && { proxies: { http: proxy, https: proxy } }),
  };
}
