import SignIn
import Testing

@Suite struct RedirectURITests {
    @Test(arguments: [
        "https://localhost:3000/a", "http://example.org:3000/a", "http://localhost/a", "http://localhost:3000/a?b=c",
        "http://ada@localhost:3000/", "localhost:3000", "",
    ])
    func `What cannot be listened on is refused, with how to write it`(_ text: String) {
        let error = #expect(throws: SignInError.self) { try RedirectURI(text) }
        #expect(error?.message.contains("http://localhost:3000/signin-callback") == true)
    }
}
