import ITwinsAPI
import TestSupport

/// The text of an iTwin with the six minimal fields.
func iTwinText(_ number: Int) -> String {
    """
    {"id":"id-\(number)","class":"Endeavor","subClass":"Project","type":null,"number":"N-\(number)","displayName":"Bridge \(number)"}
    """
}

/// The text of a page of iTwins.
///
/// - Parameters:
///   - next: the link of the next page; nil for none.
///   - isReadable: which of them are iTwins; the others are what nobody can read.
func pageText(
    _ numbers: some Sequence<Int>,
    next: String? = nil,
    isReadable: (Int) -> Bool = { _ in true }
) -> String {
    let link = next.map { #","next":{"href":"\#($0)"}"# } ?? ""
    let items = numbers.map { isReadable($0) ? iTwinText($0) : "null" }.joined(separator: ",")
    return #"{"iTwins":[\#(items)],"_links":{"self":{"href":"http://127.0.0.1/iTwins/"}\#(link)}}"#
}

extension Answer {
    /// The page of iTwins that it is; an empty one for everything else.
    var iTwins: Page<ITwin> { if case .iTwins(let page) = self { page } else { Page([]) } }
}

/// An iTwin to create.
let iTwinDraft = ITwinDraft(class: .endeavor, subClass: .project, displayName: "Harbour Bridge Deck")

/// A repository to create.
let repositoryDraft = RepositoryDraft(
    class: .geographicInformationSystem,
    subClass: .webMapService,
    displayName: "Flood maps",
    uri: "https://maps.example.org/wms"
)

/// Everything of the caller.
let everything = ITwinsAPI.Operation.iTwins(ITwinQuery())

/// The operations that create something, which are never repeated.
let creations: [ITwinsAPI.Operation] = [
    .createITwin(iTwinDraft), .createRepository(iTwinID: "id-1", repositoryDraft),
]

extension RequestError {
    /// What came instead of what the contract promises; nil for every other failure.
    var unexpected: String? {
        guard case .unexpectedAnswer(let what) = reason else { return nil }
        return what
    }
}
