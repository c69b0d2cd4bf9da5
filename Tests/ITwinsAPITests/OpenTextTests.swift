import ITwinsAPI
import Testing

/// Contract section 4.
@Suite struct OpenTextTests {
    @Test func `Classes and subclasses pair as in the contract`() {
        #expect(ITwinClass.known.map(\.rawValue) == ["Account", "Thing", "Endeavor"])
        #expect(ITwinClass.account.subClasses == ["Account"])
        #expect(ITwinClass.thing.subClasses == ["Asset", "Portfolio"])
        #expect(ITwinClass.endeavor.subClasses == ["Project", "Program", "WorkPackage"])
        #expect(ITwinClass(rawValue: "Dream").subClasses.isEmpty)
        #expect(Set(ITwinClass.known.flatMap(\.subClasses)) == Set(ITwinSubClass.known))
    }

    @Test func `Manually added repositories have subclasses, automatic ones have none`() {
        #expect(RepositoryClass.creatable.allSatisfy { !$0.subClasses.isEmpty })
        #expect((RepositoryClass.automatic + RepositoryClass.global).allSatisfy { $0.subClasses.isEmpty })
        #expect(RepositoryClass.known.count == Set(RepositoryClass.known).count)
        #expect(RepositorySubClass.known.count == 8)
    }

    @Test func `A known value is found in any letter case, and unknown ones stay unchanged`() {
        #expect(ITwinStatus.known("INACTIVE") == .inactive)
        #expect(ITwinStatus.known("asleep") == nil)
        #expect(ITwinStatus(rawValue: "active") != .active)
        #expect("\(ITwinStatus(rawValue: "asleep"))" == "asleep")
        #expect(QueryScope.known("memberofitwin") == .member)
        #expect(DataCenter.known.count == 9)
        #expect(ExportFormat.known.count == 4)
    }
}
