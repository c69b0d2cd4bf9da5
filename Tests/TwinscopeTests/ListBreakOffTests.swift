import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

@testable import Browser
@testable import twinscope

/// Where a list goes on that broke off (reliability rows 31 and 41).
@Suite(.timeLimit(.minutes(1))) struct ListBreakOffTests {
    /// The place of a list that broke off after its first page.
    private func place() async throws -> ITwinPages.Place {
        let base = Watched("")
        return try await ScriptedServer.run { _, number in
            guard number == 0 else { return .http(status: 503) }
            return .json(#"{"iTwins":[],"_links":{"next":{"href":"\#(base.value)?$skip=1"}}}"#)
        } _: { server in
            base.update { $0 = server.baseURL }
            return try await ITwinsClient.run(server.baseURL) { client in
                var pages = client.pages(of: ITwinQuery()).makeAsyncIterator()
                do throws(RequestError) {
                    while try await pages.next(isolation: nil) != nil {}
                } catch {}
                return try #require(pages.place)
            }
        }
    }

    @Test(.rows(41)) func `A list goes on where it broke off, and one that broke off before begins anew`() async throws
    {
        let place = try await place()
        let list = ListBreakOff()
        #expect(list.begin(RequestID(number: 1), from: nil) == nil)
        list.note(place, of: RequestID(number: 1))
        #expect(list.begin(RequestID(number: 2), from: place.next)?.next == place.next)
        // It broke off before a page came: nothing is known that was not before.
        list.note(nil, of: RequestID(number: 2))
        #expect(list.begin(RequestID(number: 3), from: place.next) != nil)
        #expect(list.begin(RequestID(number: 4), from: "\(place.next)0") == nil)
        // One that ends late is not the list of now.
        list.note(place, of: RequestID(number: 3))
        #expect(list.begin(RequestID(number: 5), from: place.next) == nil)
    }
}
