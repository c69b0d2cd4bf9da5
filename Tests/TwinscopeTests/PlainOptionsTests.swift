import ArgumentParser
import Testing

@testable import twinscope

/// The command lines that are read without ArgumentParser mean what ArgumentParser makes of them.
struct PlainOptionsTests {
    @Test(arguments: [
        [], ["--local"], ["--max-return", "5"], ["--local", "--max-return", "5"],
        ["--profile", "qa"], ["--max-return", "5", "--profile", "qa"],
    ])
    func `A common command line is parsed as ArgumentParser does`(_ arguments: [String]) throws {
        let plain = try #require(Browse.Options(plain: arguments))
        let parsed = try Browse.parse(arguments)
        #expect(plain.isLocal == parsed.local)
        #expect(plain.maxReturn == parsed.maxReturn)
        #expect(plain.profile == parsed.profile)
        #expect(plain.theme == nil)
        #expect(!plain.trapsAfterFirstFrame)
    }

    @Test(arguments: [
        ["--local", "--local"], ["--max-return"], ["--max-return", "x"], ["--max-return", "-1"],
        ["--max-return", "1", "--max-return", "2"],
        ["--profile"], ["--profile", "--local"], ["--profile", "qa", "--profile", "dev"], ["--profile=qa"],
        ["--max-return=5"], ["--theme", "paper"], ["serve"], ["--help"], ["--version"], ["--nonsense"],
        ["--", "--local"],
    ])
    func `Any other command line is left to ArgumentParser`(_ arguments: [String]) {
        #expect(Browse.Options(plain: arguments) == nil)
    }
}
