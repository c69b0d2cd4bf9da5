import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// Where text of others or hidden characters could become more than text: names of files (reliability T9, row 27).
@Suite(.rows(27))
struct SinkTests {
    private static let hidden = ["\u{202E}", "\u{200B}", "\u{2066}", "\u{FEFF}", "\u{AD}", "\u{E0041}", "\u{200D}"]

    private func robot(_ data: SampleData = .sample) -> Robot {
        var robot = Robot()
        robot.serve(data)
        return robot
    }

    private func downloads(_ robot: Robot) -> [Download] {
        robot.effects.compactMap { if case .download(_, let download) = $0 { download } else { nil } }
    }

    @Test func `A suggested file name contains only letters and digits, whatever the service sends`() {
        var data = SampleData.sample
        data.exports[0].request.subClass = "../../.ssh/\u{1B}]0;x\u{7}\u{202E},-rf,Asset"
        for format in ["Csv", "Csv/../../x", "\u{1B}[2J", "..", "$(reboot)"] {
            for id in ["a0a0a0a0-1111-4222-8333-b4b4b4b4b4b4", "../..", "-rf $(reboot)\u{202E}"] {
                data.exports[0].request.outputFormat = ExportFormat(rawValue: format)
                data.exports[0].id = id
                data.exports[0].createdDateTime = id.hasPrefix("a0") ? Robot.noon : nil
                var robot = robot(data)
                robot.press("4 w ctrl-s")
                let path = downloads(robot).first?.path ?? ""
                #expect(path.wholeMatch(of: /iTwins[A-Za-z0-9-]*(\.csv)?/) != nil, "\(path.debugDescription)")
            }
        }
    }

    @Test(arguments: hidden)
    func `A path with an invisible character is not written to`(_ character: String) {
        var robot = robot()
        robot.press("4 w ctrl-u")
        robot.paste("/tmp/a\(character)b.csv")
        robot.press("ctrl-s")
        #expect(downloads(robot).isEmpty)
        #expect(robot.row(of: "/tmp/a·b.csv") != nil)
        #expect(robot.row(of: "contains invisible characters") != nil)
    }

    @Test(arguments: hidden)
    func `A path with an invisible character is not uploaded`(_ character: String) {
        var robot = robot()
        robot.press("2 j j j u")
        robot.paste("/tmp/a\(character)b.png")
        robot.press("ctrl-s")
        #expect(!robot.asked.contains { $0.id == .uploadITwinImage })
        #expect(robot.row(of: "/tmp/a·b.png") != nil)
        #expect(robot.row(of: "contains invisible characters") != nil)
    }

    @Test func `A pasted path contains no control characters`() {
        var robot = robot()
        robot.press("4 w ctrl-u")
        robot.paste("/tmp/a\u{1B}[2J\u{7}\u{9B}b\r\n.csv\n")
        robot.press("ctrl-s")
        for download in downloads(robot) {
            #expect(download.path.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        }
        #expect(downloads(robot).count == 1)
    }
}
