import ITwinsAPI
import Screen

extension SignInScreen {
    /// Draws it over all but the header and the footer, without a frame: what a terminal selects is the address alone.
    func draw(on canvas: inout Canvas) {
        let area = Self.area(in: canvas.layout)
        let connection = canvas.browser.session.connection
        canvas.frame.fill(area)
        let (top, below) = area.inset(dx: 1, dy: 0).split(top: 1)
        canvas.frame.write("Sign in to", in: top.split(left: 11).0, .titleFocused)
        let more = scroll < excess(in: canvas.layout) ? "↓ more  " : ""
        let left = step.map { CellText("\(more)\(Self.clock(until: $0.until, at: canvas.now)) left") } ?? ""
        let label = CellText(connection.label)
        let room = top.split(left: 11).1.split(left: min(label.width, area.width - 14 - left.width)).0
        canvas.frame.write(label, in: room, connection.role)
        canvas.frame.write(left, endOf: top, .pending)
        let (body, foot) = below.split(bottom: step == nil ? 0 : footHeight(width: area.width))
        let lines = lines(in: area, isCompact: canvas.isCompact)
        for (offset, line) in lines.dropFirst(min(scroll, max(lines.count - body.height, 0))).prefix(body.height)
            .enumerated()
        {
            let x = line.isFlush ? 0 : 1
            let row = Rect(x: x, y: body.minY + offset, width: area.width - x, height: 1)
            canvas.frame.write(line.text, in: row, line.role)
        }
        if step != nil { drawField(in: foot, on: &canvas.frame) }
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
        ClockText.text(seconds: now.wholeSeconds(until: until))
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
        if let failure {
            let keys = keymap.text("\(.accept, in: context)  retries")
            return blank + why + said("✗ \(failure)", .error) + blank + said(keys, .dim)
        }
        guard let step else { return blank + why + said("Contacting the authority…", .dim) }
        let opened =
            step.obstacle.map { said("⚠ No web browser was opened: \($0). Open this URL:", .warn) }
            ?? said("This URL was opened in a web browser. Sign in there; this screen then continues.")
        let address = flush(step.address)
        var device: [Line] = []
        if let other = step.device {
            device = said("Or open this URL on any device and enter the code \(other.code):")
            device += flush(other.address)
            device += said("Don't share this code: whoever enters it signs in here.", .warn)
        } else if let obstacle = step.deviceError {
            device = said("⚠ The device code can't be used any longer: \(obstacle)", .warn)
        }
        // In 24 rows everything is in sight with two blank lines less. Where not everything is, what is short comes first.
        let space = device.isEmpty || area.height > 22 ? blank : []
        var lines = isCompact ? device + address + opened : space + why + opened + space + address
        if step.obstacle != nil {
            lines += said("It was also copied to the clipboard, if the terminal allows it.", .dim)
        }
        lines += blank
        if !isCompact, !device.isEmpty { lines += device + blank }
        if let obstacle = step.portError { lines += said("⚠ \(obstacle)", .warn) + blank }
        if step.obstacle != nil, let forwarding = step.forwarding {
            lines += said("For a web browser on another machine, first run this there:")
            lines += flush(forwarding) + blank
        }
        return lines
            + said(
                "If the final page can't be shown, paste its URL here, or only the code.",
                .dim
            )
    }

    // MARK: The line

    /// What is said of what was pasted.
    private func message(width: Int) -> [ListCell] {
        if isChecking { return [ListCell("Checking the pasted text…", .dim)] }
        guard let obstacle = step?.pasteError else { return [] }
        return CellText.lines("✗ \(obstacle)", width: width - 2).prefix(3).map { ListCell($0, .error) }
    }

    private func footHeight(width: Int) -> Int { 1 + message(width: width).count }

    private func drawField(in rect: Rect, on frame: inout Frame) {
        frame.lines(message(width: rect.width + 2), in: rect)
        let (label, line) = rect.split(bottom: 1).1.split(left: 7)
        frame.write("Pasted", in: label.split(left: 6).0, .accent)
        frame.textField(
            field,
            at: Point(x: line.minX, y: line.minY),
            width: line.width,
            style: Style(.text, on: .fieldFocused),
            // A code is as good as a key until it was used.
            masked: true,
            focused: true
        )
    }
}
