/// How services elsewhere are reached: through which proxy, and trusting whom (reliability H11 and H12).
public struct NetworkSettings: Sendable {
    let proxies: ProxySettings
    let authorities: TrustedAuthorities
    /// Where names lead to in place of what the name service says, for tests.
    var addresses: [String: String] = [:]

    /// Without a proxy, trusting the system's authorities.
    public static let direct = NetworkSettings()

    private init() {
        proxies = ProxySettings()
        authorities = TrustedAuthorities()
    }

    /// What environment variables say: `https_proxy`, `all_proxy` and `no_proxy` in either letter case, `SSL_CERT_FILE` and
    /// `SSL_CERT_DIR`. The files of the last two are read when the first secure connection is wanted; one that cannot be used
    /// fails that.
    ///
    /// - Throws: `ConfigurationError` that names the variable of a proxy, what is wrong with it and what helps.
    public init(environment: [String: String]) throws(ConfigurationError) {
        proxies = try ProxySettings(environment)
        authorities = .named(by: environment)
    }
}
