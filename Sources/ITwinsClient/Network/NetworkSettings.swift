/// How services elsewhere are reached: through which proxy, and trusting whom (reliability H11 and H12).
public struct NetworkSettings: Sendable {
    let proxies: ProxySettings
    let authorities: TrustedAuthorities

    /// Without a proxy, trusting the system's authorities.
    public static let direct = NetworkSettings()

    private init() {
        proxies = ProxySettings()
        authorities = TrustedAuthorities()
    }

    /// What environment variables say: `https_proxy`, `all_proxy` and `no_proxy` in either letter case, `SSL_CERT_FILE` and
    /// `SSL_CERT_DIR`.
    ///
    /// - Throws: `ConfigurationError` that names the variable, what is wrong with it and what helps.
    public init(environment: [String: String]) throws(ConfigurationError) {
        proxies = try ProxySettings(environment)
        authorities = try TrustedAuthorities(environment)
    }
}
