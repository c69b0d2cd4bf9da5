import SignIn
import Testing

@Suite struct RedirectURITests {
    @Test(arguments: [
        "https://localhost:3000/a", "http://example.org:3000/a", "http://localhost/a", "http://localhost:3000/a?b=c",
        "http://ada@localhost:3000/", "localhost:3000", "",
    ])
    func `A redirect URI that can't be listened on is rejected with the right form`(_ text: String) {
        let error = #expect(throws: SignInError.self) { try RedirectURI(text) }
        #expect(error?.message.contains("http://localhost:3000/signin-callback") == true)
    }
}
