import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// Exports from the dialog to the file (contract section 8).
struct ExportTests {
    private static let sizes = GoldenScreenTests.sizes
    private static let newID = "c0a0a0a0-1111-4222-8333-b4b4b4b4b4b4"

    private func robot(_ size: Size = Size(width: 100, height: 30), routes: RouteTable = .live) -> Robot {
        var robot = Robot(width: size.width, height: size.height, routes: routes)
        robot.serve(.sample)
        robot.press("4")
        robot.forgetEffects()
        return robot
    }

    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    /// The sample's data with a job that was asked for at noon.
    private static func data(_ status: ExportStatus, link: String? = nil) -> (data: SampleData, export: Export) {
        var request = ExportRequest(outputFormat: .csvGZip)
        request.subClass = "Project,Asset"
        var export = Export(id: newID, request: request, status: status)
        export.createdDateTime = Robot.noon
        export.outputUrl = link
        export.completedDateTime = status.isRunning ? nil : Robot.noon.adding(seconds: 5)
        var data = SampleData.sample
        data.exports.insert(export, at: 0)
        return (data, export)
    }

    private func answerCreate(_ robot: inout Robot, _ export: Export) {
        robot.answer(.success(.export(export))) { $0.id == .createExport }
    }

    // MARK: Creating

    @Test(arguments: sizes)
    func `The export dialog has format, classes, columns and inactive iTwins, and shows the quota`(_ size: Size) {
        var robot = robot(size)
        robot.press("n")
        for label in ["Format", "Classes", "Columns", "Inactive"] { #expect(robot.row(of: label) != nil) }
        #expect(robot.row(of: "1 of 3 exports used this hour") != nil)
        golden(robot, "export-dialog", size)
    }

    @Test(arguments: sizes)
    func `The class list selects several classes`(_ size: Size) {
        var robot = robot(size)
        robot.press("n tab space space j j space")
        golden(robot, "export-classes", size)
        robot.press("space k k space j space enter ctrl-s")
        var draft = ExportDraft(outputFormat: .csv)
        draft.subClasses = [ITwinSubClass.known[1]]
        #expect(robot.asked == [.createExport(iTwinID: nil, draft)])
    }

    @Test func `Columns are exported in the order in which they were selected`() {
        var robot = robot()
        robot.press("n tab tab space")
        for _ in 0..<ITwin.Field.allCases.count {
            robot.press("space j")
        }
        for index in ITwin.Field.allCases.indices.reversed()
        where !ITwin.Field.minimal.contains(ITwin.Field.allCases[index]) {
            robot.press("home")
            for _ in 0..<index { robot.press("j") }
            robot.press("space")
        }
        robot.press("home")
        robot.press("space enter ctrl-s")
        guard case .createExport(nil, let draft)? = robot.asked.first else {
            Issue.record("nothing is asked: \(robot.text)")
            return
        }
        #expect(draft.select == [.id])
    }

    @Test func `Without a column nothing is sent, and the field says why`() {
        var robot = robot()
        robot.press("n tab tab space")
        for field in ITwin.Field.minimal {
            robot.press("home")
            for _ in 0..<(ITwin.Field.allCases.firstIndex(of: field) ?? 0) { robot.press("j") }
            robot.press("space")
        }
        robot.press("enter ctrl-s")
        #expect(robot.asked.isEmpty)
        #expect(robot.row(of: "Select at least one column") != nil)
    }

    @Test(arguments: sizes)
    func `A new export is selected, counts seconds and rings the bell when it finishes`(_ size: Size) {
        var robot = robot(size)
        let running = Self.data(.queued).export
        robot.press("n ctrl-s")
        answerCreate(&robot, running)
        #expect(robot.selectedRow?.contains("queued 0:00") == true)
        robot.advance(seconds: 1.5)
        #expect(robot.selectedRow?.contains("queued 0:01") == true)
        robot.advance(seconds: 0.6)
        robot.serve(Self.data(.inProgress).data)
        #expect(robot.selectedRow?.contains("running 0:02") == true)
        golden(robot, "exports-running", size)
        robot.advance(seconds: 4)
        robot.forgetEffects()
        robot.serve(Self.data(.completed, link: "http://127.0.0.1:41873/files/new").data)
        #expect(robot.effects.contains(.bell))
        #expect(robot.row(of: "Export finished") != nil)
        robot.press("r")
        robot.forgetEffects()
        robot.serve(Self.data(.completed, link: "http://127.0.0.1:41873/files/new").data)
        #expect(!robot.effects.contains(.bell))
    }

    @Test func `An export that finished while the list was loading rings the bell too`() {
        var robot = robot()
        robot.press("n ctrl-s")
        answerCreate(&robot, Self.data(.queued).export)
        robot.press("r")
        robot.forgetEffects()
        robot.serve(Self.data(.failed).data)
        #expect(robot.effects.filter { $0 == .bell }.count == 1)
        #expect(robot.row(of: "Export failed: ") != nil)
    }

    @Test func `The dashboard counts the seconds of a running export, and nothing else wakes it`() {
        var robot = robot()
        robot.press("n ctrl-s")
        answerCreate(&robot, Self.data(.queued).export)
        robot.press("1")
        robot.serve(Self.data(.queued).data)
        robot.advance(seconds: 12)
        #expect(robot.row(of: "queued 0:12") != nil)
        robot.press("2")
        robot.advance(seconds: 0.2)
        robot.serve(Self.data(.queued).data)
        let next = robot.browser.nextDeadline(at: robot.now)
        #expect((next?.ticks ?? 0) > robot.now.adding(seconds: 1.1).ticks)
    }

    @Test func `A pane too narrow for the quota says that an export is running`() {
        var robot = Robot(width: 80, height: 24)
        robot.serve(Self.data(.inProgress).data)
        robot.press("4")
        #expect(robot.row(of: "One export is running") != nil)
    }

    @Test func `A used-up quota is reported before anything is sent, with the time when it is free again`() {
        var data = SampleData.sample
        for minutes in [10.0, 20, 40] {
            var export = data.exports[0]
            export.id = "\(minutes)"
            export.createdDateTime = Robot.noon.adding(seconds: -minutes * 60)
            data.exports.append(export)
        }
        var robot = Robot()
        robot.serve(data)
        robot.press("4")
        #expect(robot.row(of: "next in 40 min") != nil)
        robot.advance(seconds: 61)
        #expect(robot.row(of: "next in 39 min") != nil)
        robot.press("n")
        #expect(robot.row(of: "4 of 3 exports used this hour; the next is possible in 39 min") != nil)
    }

    @Test func `A quota error stands above the buttons, a column error at the columns`() {
        var robot = robot()
        robot.press("n ctrl-s")
        let quota = APIError(
            status: 422,
            code: "InvalidiTwinsRequest",
            message: "Cannot create export.",
            details: [.init(code: "ResourceQuotaExceeded", message: "One at a time.", target: "SimultaneousJobsQuota")]
        )
        robot.answer(.failure(RequestError(.refused(quota), operation: .createExport)))
        #expect(robot.row(of: "One at a time.") != nil)
        robot.press("ctrl-s")
        let column = APIError(
            status: 422,
            code: "InvalidiTwinsRequest",
            message: "Cannot query iTwins.",
            details: [.init(code: "InvalidValue", message: "No such column.", target: "$select")]
        )
        robot.answer(.failure(RequestError(.refused(column), operation: .createExport)))
        #expect(robot.row(of: "No such column.") == robot.row(of: "Columns").map { $0 + 1 })
    }

    @Test func `An export that may have been created is found by its contents, once`() {
        var robot = robot()
        robot.press("n tab space j space enter ctrl-s")
        guard case .createExport(_, let draft)? = robot.asked.first else {
            Issue.record("nothing is asked")
            return
        }
        robot.answer(.failure(RequestError(.timedOut(seconds: 30), operation: .createExport, outcomeUnknown: true)))
        #expect(robot.row(of: "It is unknown whether") != nil)
        robot.press("enter")
        var data = SampleData.sample
        var made = Self.data(.queued).export
        made.request = ExportRequest(outputFormat: .csv)
        made.request.subClass = draft.subClasses.map(\.rawValue).joined(separator: ",")
        data.exports.insert(made, at: 0)
        robot.serve(data)
        #expect(robot.row(of: "was requested") != nil)
        #expect(robot.selectedRow?.contains("queued") == true)
        #expect(robot.effects.filter { if case .perform(_, .createExport, _) = $0 { true } else { false } }.count == 1)
    }

    @Test func `In the document routes the exports beside the list belong to the selected iTwin`() {
        var robot = robot(routes: .document)
        robot.press("n")
        #expect(robot.row(of: "New export") == nil)
        robot.press("2 j j j tab ]")
        robot.serve(.sample)
        robot.press("n")
        #expect(robot.row(of: "New export of Riverside Bridge") != nil)
        robot.press("ctrl-s")
        #expect(robot.asked == [.createExport(iTwinID: SampleData.id(3), ExportDraft(outputFormat: .csv))])
    }

    @Test func `The program stops checking an export that no longer exists`() {
        var robot = robot()
        robot.press("n ctrl-s")
        answerCreate(&robot, Self.data(.queued).export)
        robot.advance(seconds: 2.1)
        let gone = APIError(status: 404, code: "iTwinExportNotFound", message: "Requested export is not available.")
        robot.answer(.failure(RequestError(.refused(gone), operation: .getExport))) { $0.id == .getExport }
        robot.serve(.sample)
        #expect(robot.row(of: "queued") == nil)
        robot.advance(seconds: 120)
        #expect(robot.asked.isEmpty)
    }

    @Test func `Esc cancels the check of an iTwin's exports until the next one is due`() {
        var robot = robot(routes: .document)
        robot.press("2 j j j tab ]")
        robot.serve(Self.data(.queued).data)
        robot.advance(seconds: 4.1)
        #expect(robot.asked.map(\.id) == [.getMyExports])
        robot.press("esc")
        robot.advance(seconds: 1)
        #expect(robot.asked.isEmpty)
    }

    @Test func `After a cancelled load an iTwin's exports are loaded again after twice the interval`() {
        var robot = robot(routes: .document)
        robot.press("2 j j j tab ]")
        robot.serve(Self.data(.queued).data)
        robot.advance(seconds: 4.1)
        robot.press("esc")
        robot.advance(seconds: 7.9)
        #expect(robot.asked.isEmpty)
        robot.advance(seconds: 0.2)
        #expect(robot.asked.map(\.id) == [.getMyExports])
    }

    @Test func `File sizes of a long list are requested a few at a time, for all files`() {
        var data = SampleData.sample
        for number in 0..<20 {
            var export = data.exports[0]
            export.id = "many-\(number)"
            data.exports.append(export)
        }
        var robot = Robot()
        robot.holdsMeasures = true
        robot.serve(data)
        var measures = robot.measures
        #expect(measures.count == 4)
        var seen = Set<RequestID>()
        while let id = measures.first(where: { !seen.contains($0) }) {
            seen.insert(id)
            robot.send(.measured(id, bytes: 7))
            measures = robot.measures
        }
        #expect(seen.count == 21)
    }

    @Test func `An unknown quota is not shown`() {
        var robot = Robot()
        robot.press("4 n")
        #expect(robot.row(of: "New export") != nil)
        #expect(robot.row(of: "of 3 this hour") == nil)
        var document = self.robot(routes: .document)
        document.press("2 j j j tab ]")
        document.serve(.sample)
        document.press("n")
        #expect(document.row(of: "of 3 this hour") == nil)
    }

    @Test func `An older export is not mistaken for the one that may have been created`() {
        var robot = Robot()
        robot.press("4 n ctrl-s")
        robot.answer(.failure(RequestError(.timedOut(seconds: 30), operation: .createExport, outcomeUnknown: true))) {
            $0.id == .createExport
        }
        robot.press("enter")
        var data = SampleData.sample
        data.exports[0].request = ExportRequest(outputFormat: .csv)
        robot.serve(data)
        #expect(robot.row(of: "doesn't exist") != nil)
    }

    // MARK: Downloading

    private static let file = ExportFile(path: "/tmp/a.csv", bytes: 1_234_567, rows: 1204, columns: minimalColumns)
    private static let minimalColumns = ITwin.Field.minimal.map(\.rawValue)

    private func download(_ robot: Robot) -> (id: RequestID, download: Download)? {
        robot.effects.lazy.compactMap { if case .download(let id, let download) = $0 { (id, download) } else { nil } }
            .last
    }

    @Test(arguments: sizes)
    func `w asks where to save the file`(_ size: Size) {
        var robot = robot(size)
        robot.press("w")
        #expect(robot.row(of: "20260927-1140.csv") != nil)
        golden(robot, "download-dialog", size)
    }

    @Test(arguments: sizes)
    func `A download shows its progress and then the verification of the file`(_ size: Size) throws {
        var robot = robot(size)
        robot.press("w ctrl-s")
        let (id, asked) = try #require(download(robot))
        #expect(asked.link == SampleData.sample.exports[0].outputUrl)
        #expect(asked.path == "iTwins-Asset-20260927-1140.csv")
        #expect(!asked.replaces)
        robot.send(.progressed(id, received: 617_284, of: 1_234_567))
        #expect(robot.selectedRow?.contains("↓ 50%") == true)
        robot.forgetEffects()
        robot.send(.downloaded(id, .success(Self.file)))
        #expect(robot.effects == [.bell])
        #expect(robot.selectedRow?.contains("1.2 MB saved") == true)
        #expect(robot.row(of: "Saved to /tmp/a.csv and") != nil)
        robot.press("tab")
        golden(robot, "export-checked", size)
    }

    @Test(arguments: sizes)
    func `An existing file is reported in the dialog, which then offers to replace it`(_ size: Size) throws {
        var robot = robot(size)
        robot.press("w ctrl-u")
        robot.type("~/a.csv")
        robot.press("ctrl-s")
        let (id, asked) = try #require(download(robot))
        #expect(asked.path == "~/a.csv")
        robot.send(.downloaded(id, .failure(.exists(path: "/home/me/a.csv"))))
        #expect(robot.row(of: "exists") != nil)
        golden(robot, "download-exists", size)
        robot.press("tab right ctrl-s")
        let (_, again) = try #require(download(robot))
        #expect(again.replaces)
        #expect(again.path == "~/a.csv")
    }

    @Test func `A path that can't be written is reported at its field, and the input is kept`() throws {
        var robot = robot()
        robot.press("w ctrl-u")
        robot.type("/nowhere/a.csv")
        robot.press("ctrl-s")
        let (id, _) = try #require(download(robot))
        robot.send(.downloaded(id, .failure(.unwritable("There is no folder /nowhere. Make it, or choose another"))))
        #expect(robot.row(of: "There is no folder /nowhere") != nil)
        #expect(robot.row(of: "/nowhere/a.csv") != nil)
        robot.press("esc")
        #expect(robot.row(of: "Discard your changes?") != nil)
    }

    @Test func `Esc cancels a download, which can be resumed`() throws {
        var robot = robot()
        robot.press("w ctrl-s")
        let (id, _) = try #require(download(robot))
        robot.send(.progressed(id, received: 1, of: nil))
        robot.press("esc")
        #expect(robot.effects.last == .cancel(id))
        #expect(robot.row(of: "resumes it") != nil)
        robot.send(.progressed(id, received: 2, of: nil))
        #expect(robot.row(of: "↓") == nil)
    }

    @Test func `A download that finished before Esc took effect is reported as saved`() throws {
        var robot = robot()
        robot.press("w ctrl-s")
        let (id, _) = try #require(download(robot))
        robot.send(.progressed(id, received: 1, of: nil))
        robot.press("esc")
        robot.send(.downloaded(id, .success(Self.file)))
        #expect(robot.row(of: "resumes it") == nil)
        #expect(robot.row(of: "1,204 rows") != nil)
        #expect(robot.selectedRow?.contains("1.2 MB saved") == true)
        // Of one that ended as it was told to there is nothing to say.
        robot.press("w ctrl-s")
        let (second, _) = try #require(download(robot))
        robot.send(.progressed(second, received: 1, of: nil))
        robot.press("esc")
        robot.send(.downloaded(second, .failure(.request(RequestError(.cancelled, operation: .getExport)))))
        #expect(robot.row(of: "resumes it") != nil)
    }

    @Test func `A file that finishes after Esc doesn't affect the download started after it`() throws {
        var robot = robot()
        robot.press("w ctrl-s")
        let (id, _) = try #require(download(robot))
        robot.send(.progressed(id, received: 1, of: nil))
        robot.press("esc w ctrl-s")
        let (second, _) = try #require(download(robot))
        #expect(second != id)
        robot.send(.progressed(second, received: 617_284, of: 1_234_567))
        robot.send(.downloaded(id, .success(Self.file)))
        #expect(robot.row(of: "1,204 rows") != nil)
        #expect(robot.selectedRow?.contains("↓ 50%") == true)
        robot.send(.progressed(second, received: 1_234_566, of: 1_234_567))
        #expect(robot.selectedRow?.contains("↓ 99%") == true)
        robot.send(.downloaded(second, .success(Self.file)))
        #expect(robot.selectedRow?.contains("1.2 MB saved") == true)
    }

    @Test func `Only the latest cancelled downloads are still waited for`() throws {
        var robot = robot()
        var stopped: [RequestID] = []
        for _ in 0..<9 {
            robot.press("w ctrl-s")
            let (id, _) = try #require(download(robot))
            robot.send(.progressed(id, received: 1, of: nil))
            robot.press("esc")
            stopped.append(id)
        }
        robot.send(.downloaded(stopped[0], .success(Self.file)))
        #expect(robot.row(of: "1,204 rows") == nil)
        robot.send(.downloaded(stopped[1], .success(Self.file)))
        #expect(robot.row(of: "1,204 rows") != nil)
    }

    @Test func `A cancelled download is offered under its file name again`() throws {
        var robot = robot()
        robot.press("w ctrl-u")
        robot.type("~/mine.csv")
        robot.press("ctrl-s")
        let (id, _) = try #require(download(robot))
        robot.send(.progressed(id, received: 1, of: nil))
        robot.press("esc w")
        #expect(robot.row(of: "~/mine.csv") != nil)
        #expect(robot.row(of: "Part of it is already downloaded") != nil)
    }

    @Test func `A second download that is refused keeps the first file in the list`() throws {
        var robot = robot()
        robot.press("w ctrl-s")
        robot.send(.downloaded(try #require(download(robot)).id, .success(Self.file)))
        robot.press("w ctrl-s")
        robot.send(.downloaded(try #require(download(robot)).id, .failure(.exists(path: "/tmp/a.csv"))))
        robot.press("esc")
        #expect(robot.selectedRow?.contains("1.2 MB saved") == true)
        #expect(robot.row(of: "complete, 1,204 rows") != nil)
    }

    @Test func `The message of a finished export names the key to download it, where there is one`() {
        var robot = robot()
        robot.press("n ctrl-s")
        answerCreate(&robot, Self.data(.queued).export)
        robot.press("2")
        robot.advance(seconds: 2.1)
        robot.serve(Self.data(.completed, link: "http://127.0.0.1:41873/files/new").data)
        #expect(robot.row(of: "Export finished: Project, Asset.  4  shows it") != nil)
    }

    @Test func `Esc in the download dialog cancels what hasn't started and keeps the dialog`() throws {
        var robot = robot()
        robot.press("w ctrl-s")
        let (id, _) = try #require(download(robot))
        robot.press("esc")
        #expect(robot.effects.last == .cancel(id))
        #expect(robot.row(of: "[ Download ]") != nil)
        #expect(robot.row(of: "is unknown whether") == nil)
    }

    @Test func `A failed download says why and that the received part is kept`() throws {
        var robot = robot()
        robot.press("w ctrl-s")
        let (id, _) = try #require(download(robot))
        robot.send(.progressed(id, received: 1, of: 2))
        robot.send(.downloaded(id, .failure(.request(RequestError(.interrupted("reset"), operation: .getExport)))))
        #expect(robot.row(of: "Download failed. The connection to") != nil)
    }

    @Test func `A downloaded file that lacks a requested column is reported`() throws {
        var robot = robot()
        robot.press("w ctrl-s")
        let (id, _) = try #require(download(robot))
        var file = Self.file
        file.columns = ["ID", "Class", "subclass", "type", "number"]
        robot.send(.downloaded(id, .success(file)))
        #expect(robot.row(of: "lacks the column displayName") != nil)
    }

    @Test func `w says why there is no file to download`() {
        var robot = robot()
        robot.press("j w")
        #expect(robot.row(of: "This export failed; there is no file.") != nil)
        #expect(robot.row(of: "[ Download ]") == nil)
    }
}
