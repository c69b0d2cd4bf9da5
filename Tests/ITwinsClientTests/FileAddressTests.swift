import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsClient

/// Files of a service elsewhere behind names that lead to this machine: the address that is connected to decides.
@Suite(.timeLimit(.minutes(1)), .rows(39)) struct FileAddressTests {
    private let folder: TemporaryFolder
    private let network: NetworkSettings
    private static let name = "service.example.test"

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(TestCertificates.authority, to: "authority.pem")
        var network = try NetworkSettings(environment: ["SSL_CERT_FILE": folder.file("authority.pem")])
        network.addresses = [Self.name: "127.0.0.1"]
        self.network = network
    }

    @Test func `A file isn't requested from a name that resolves to this machine`() async throws {
        let file = ScriptedAnswer.http(status: 200, body: Array("id\n1\n".utf8))
        try await ScriptedServer.run(certificate: TestCertificates.good, script: { _, _ in file }) { server in
            let link = "https://\(Self.name):\(server.port)/files/a.csv"
            try await ITwinsClient.run("https://api.example.org/itwins", network: network) { client in
                for _ in 1...3 {
                    #expect(await client.size(ofFileAt: link) == nil)
                    let failure = await client.downloadFailure(link, .csv, to: folder.file("a.csv"))
                    #expect(failure?.reason == .unexpectedAnswer("the file's link points to this machine"))
                    // The connection is closed as soon as it is seen where it leads to.
                    try await server.waitUntilAllClosed()
                }
            }
            #expect(server.requests.isEmpty)
            #expect(!folder.names.contains("a.csv"))
        }
    }

    @Test func `A local service reached by name has its files there`() async throws {
        let file = ScriptedAnswer.http(status: 200, body: Array("id\n1\n".utf8))
        try await ScriptedServer.run(certificate: TestCertificates.good, script: { _, _ in file }) { server in
            let base = "https://\(Self.name):\(server.port)"
            try await ITwinsClient.run("\(base)/itwins", network: network) { client in
                #expect(await client.size(ofFileAt: "\(base)/files/a.csv") == 5)
                let failure = await client.downloadFailure("\(base)/files/a.csv", .csv, to: folder.file("a.csv"))
                #expect(failure == nil)
            }
        }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.1", true), ("2130706433", true), ("0x7f000001", true), ("0177.0.0.1", true),
        ("127.255.255.254", true), ("0.0.0.0", true), ("0", true), ("[::1]", true), ("[::]", true),
        ("[::ffff:127.0.0.1]", true), ("[::ffff:0.0.0.0]", true), ("[::127.0.0.1]", false), ("128.0.0.1", false),
        ("10.0.0.1", false), ("[fe80::1]", false), ("[::2]", false), ("[::ffff:10.0.0.1]", false),
        ("127.0.0.1.example.org", false), ("example.org", false), ("", false), ("999.0.0.1", false), ("127", false),
        ("0.1.2.3", false), ("4040", false), ("[::ffff:0.1.2.3]", false),
    ])
    func `Loopback addresses are recognized in every spelling`(_ host: String, _ isHere: Bool) {
        #expect(LoopbackAddress.isHost(host) == isHere)
    }
}
