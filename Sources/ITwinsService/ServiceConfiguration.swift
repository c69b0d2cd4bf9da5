import Foundation
public import ITwinsAPI

/// What the local service is started with.
public struct ServiceConfiguration: Sendable {
    /// Where the iTwins are kept.
    public enum Database: Sendable, Hashable {
        /// In memory, gone when the service ends.
        case memory
        /// In the SQLite file of this path, which is made, with its folder, when there is none.
        case file(String)
    }

    /// What is put into the database besides the Account.
    public enum SampleData: Sendable, Hashable {
        /// Nothing.
        case none
        /// About sixty iTwins of a civil engineer's world, with repositories, favorites, recents and exports.
        case standard
        /// The standard ones, cut or filled up with made-up ones to this many iTwins in all, the Account among them.
        case count(Int)
    }

    /// The address to listen on; the default, 127.0.0.1, is reachable from this machine alone.
    public var host = "127.0.0.1"
    /// The TCP port; the default, 0, lets the system choose a free one.
    public var port = 0
    /// Where the iTwins are kept.
    public var database: Database
    /// The bearer token of the administrator; nil, the default, takes the random one that is made and kept with the
    /// database.
    public var token: Secret?
    /// The bearer tokens of sample users; without one a user cannot ask. The administrator's comes before `token`.
    public var tokens: [SampleUser: Secret] = [:]
    /// True starts the OpenID provider, whose tokens are accepted beside `tokens`; `token` is not accepted then. The
    /// default, false, has no provider, and accepts `token` and `tokens` alone (contract section 17.20).
    public var requiresSignIn = false
    /// What the provider's sign-in page asks for; nil, the default, takes one at random at each start.
    public var signInCode: Secret?
    /// The clients of the provider besides the two that it always knows; the default is none.
    public var clients: [AddedClient] = []
    /// How many seconds an access token of the authority is good for; the default is an hour.
    public var accessTokenSeconds = 3600
    /// The secret of the client `twinscope-service`; nil, the default, takes the random one that is made and kept with the
    /// database.
    public var clientSecret: Secret?
    /// What is put into the database; the default is nothing.
    public var sampleData: SampleData
    /// True leaves a database that existed before without new sample data; the default is false. Seeding twice never
    /// changes anything.
    public var sampleDataOnlyIfNew = false
    /// The highest `X-Max-Return` when it is above the live service's ceiling of 10,000; nil, the default, keeps that
    /// ceiling (contract section 17.11).
    public var maxReturn: Int?
    /// How many seconds an export takes, a fifth of them queued; the default is 5 (contract section 17.20).
    public var exportSeconds = 5.0
    /// How many seconds every answer is held back, by chance within the range; nil, the default, for not at all.
    public var latency: ClosedRange<Double>?
    /// What goes wrong on demand; the default is nothing (contract section 17.17).
    public var faults: [FaultRule] = []
    /// How many requests a user may send within a minute; nil, the default, for any number (contract section 17.16).
    public var rateLimit: Int?
    /// The origins whose web pages may ask, such as `https://app.example.org`; the default is none.
    public var allowedOrigins: [String] = []
    /// How much of everything is taken; tests shorten what they would have to wait for.
    public var limits = ServiceLimits()
    /// The clock by which everything gets its time; tests give their own.
    public var now: @Sendable () -> Timestamp

    /// Makes a configuration; everything not named has its default. Nil for `now` is the system's clock.
    public init(
        database: Database,
        token: Secret? = nil,
        sampleData: SampleData = .none,
        now: (@Sendable () -> Timestamp)? = nil
    ) {
        self.database = database
        self.token = token
        self.sampleData = sampleData
        self.now = now ?? { Timestamp(secondsSince1970: Date().timeIntervalSince1970) }
    }
}

/// Where a running service is reached, and with which token.
public struct ServiceAddress: Sendable, Hashable {
    /// The base URL, such as `http://127.0.0.1:41873/itwins`.
    public let baseURL: String
    /// The bearer token of the sample organization's administrator.
    public let token: Secret
    /// Whether that token is accepted: with an OpenID provider only one of `ServiceConfiguration.tokens` is.
    public let acceptsToken: Bool
    /// What the OpenID provider is used with; nil when there is none.
    public let provider: ProviderSecrets?

    /// What nobody may know but who started the service.
    public struct ProviderSecrets: Sendable, Hashable {
        /// The secret of the client `twinscope-service`.
        public let clientSecret: Secret
        /// What the sign-in page asks for.
        public let signInCode: Secret
    }
}
