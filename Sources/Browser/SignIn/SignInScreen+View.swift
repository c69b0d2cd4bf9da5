import ITwinsAPI
import Screen

extension SignInScreen {
    /// Draws it over all but the header and the footer, without a frame: what a terminal selects is the address alone.
    func draw(_ browser: Browser, in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let area = Self.area(in: layout)
        let connection = browser.session.connection
        frame.fill(area)
        let top = area.minY
        frame.write("Sign in to", at: Point(x: 1, y: top), width: 11, style: Style(.titleFocused))
        let more = scroll < excess(in: layout) ? "↓ more  " : ""
        let left = step.map { CellText("\(more)\(Self.clock(until: $0.until, at: now)) left") } ?? ""
        let room = area.width - 14 - left.width
        let label = CellText(connection.label)
        frame.write(label, at: Point(x: 12, y: top), width: min(label.width, room), style: Style(connection.role))
        frame.write(left, at: Point(x: area.maxX - left.width - 1, y: top), width: left.width, style: Style(.pending))
        let (body, foot) = area.split(top: 1).1.split(bottom: step == nil ? 0 : footHeight(width: area.width))
        let lines = lines(in: area, isCompact: layout.mode == .compact)
        for (offset, line) in lines.dropFirst(min(scroll, max(lines.count - body.height, 0))).prefix(body.height)
            .enumerated()
        {
            let point = Point(x: line.isFlush ? 0 : 1, y: body.minY + offset)
            frame.write(line.text, at: point, width: area.width - point.x, style: Style(line.role))
        }
        if step != nil { drawField(in: foot, on: &frame) }
    }

    /// How many lines cannot be shown at once.
    func excess(in layout: ScreenLayout) -> Int {
        let area = Self.area(in: layout)
        let room = area.height - 1 - (step == nil ? 0 : footHeight(width: area.width))
        return lines(in: area, isCompact: layout.mode == .compact).count - room
    }

    private static func area(in layout: ScreenLayout) -> Rect {
        Rect(x: 0, y: 1, width: layout.header.width, height: max(layout.footer.minY - 1, 0))
    }

    /// Minutes and seconds that are left.
    private static func clock(until: Timestamp, at now: Timestamp) -> String {
        let seconds = max(0, Int(until.seconds(since: now).rounded(.up)))
        return "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
    }

    private struct Line {
        var text: CellText
        var role: Role = .text
        /// Whether it begins at the edge, so that it can be selected without blanks before it.
        var isFlush = false
    }

    private func lines(in area: Rect, isCompact: Bool) -> [Line] {
        let width = area.width
        func said(_ text: String, _ role: Role = .text) -> [Line] {
            CellText.lines(text, width: width - 2).map { Line(text: $0, role: role) }
        }
        func flush(_ text: String) -> [Line] {
            CellText(text, .detail).pieces(of: width).map { Line(text: $0, isFlush: true) }
        }
        let blank = isCompact ? [] : [Line(text: "")]
        let why = reason.isEmpty ? [] : said(reason, .dim) + blank
        if let failure { return blank + why + said("✗ \(failure)", .error) + blank + said("enter  tries again", .dim) }
        guard let step else { return blank + why + said("Asking the authority where to sign in…", .dim) }
        let opened =
            step.obstacle.map { said("⚠ No web browser was opened: \($0). Open this address in one:", .warn) }
            ?? said("A web browser was opened at this address. Sign in there: this goes on by itself.")
        let address = flush(step.address)
        var device: [Line] = []
        if let other = step.device {
            device = said("Or open this address on any device, and type the code \(other.code) there:")
            device += flush(other.address)
            device += said("Give that code to nobody: who types it decides who is signed in here.", .warn)
        } else if let obstacle = step.deviceObstacle {
            device = said("⚠ The code for another device is good no longer: \(obstacle)", .warn)
        }
        // In 24 rows everything is in sight with two blank lines less. Where not everything is, what is short comes first.
        let space = device.isEmpty || area.height > 22 ? blank : []
        var lines = isCompact ? device + address + opened : space + why + opened + space + address
        if step.obstacle != nil { lines += said("It is in the clipboard too, where the terminal allows that.", .dim) }
        lines += blank
        if !isCompact, !device.isEmpty { lines += device + blank }
        if let obstacle = step.portObstacle { lines += said("⚠ \(obstacle)", .warn) + blank }
        if step.obstacle != nil, let forwarding = step.forwarding {
            lines += said("For a web browser on another machine, run this there before, and it comes back by itself:")
            lines += flush(forwarding) + blank
        }
        return lines
            + said(
                "When it ends at a page that cannot be shown, paste the address of that page here, or the code alone.",
                .dim
            )
    }

    // MARK: The line

    /// What is said of what was pasted.
    private func message(width: Int) -> [ListCell] {
        if isChecking { return [ListCell("Looking at what was pasted…", .dim)] }
        guard let obstacle = step?.pasteObstacle else { return [] }
        return CellText.lines("✗ \(obstacle)", width: width - 2).prefix(3).map { ListCell($0, .error) }
    }

    private func footHeight(width: Int) -> Int { 1 + message(width: width).count }

    private func drawField(in rect: Rect, on frame: inout Frame) {
        for (offset, line) in message(width: rect.width).enumerated() {
            let point = Point(x: 1, y: rect.minY + offset)
            frame.write(line.text, at: point, width: rect.width - 2, style: Style(line.role))
        }
        let y = rect.maxY - 1
        let label: CellText = "Pasted"
        frame.write(label, at: Point(x: 1, y: y), width: label.width, style: Style(.accent))
        let x = label.width + 2
        frame.textField(
            field,
            at: Point(x: x, y: y),
            width: rect.width - x - 1,
            style: Style(.text, on: .fieldFocused),
            // A code is as good as a key until it was used.
            masked: true,
            focused: true
        )
    }
}
