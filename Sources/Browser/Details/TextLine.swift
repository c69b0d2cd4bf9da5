import ITwinsAPI
import Screen

/// A line of a text that is read, not chosen from: a label and a value, or only one of them.
struct TextLine: Sendable {
    var label: CellText
    var value: CellText
    var role: Role

    /// Labels and values below each other; long values go on in further lines. Empty values are left out.
    static func fields(_ fields: [(label: String, value: String)], width: Int) -> [TextLine] {
        let shown = fields.filter { !$0.value.isEmpty }
        let labelWidth = min(shown.map { CellText($0.label).width }.max() ?? 0, max(width / 3, 6))
        return shown.flatMap { field in
            CellText.lines(field.value, width: max(width - labelWidth - 2, 8)).enumerated().map { offset, line in
                TextLine(
                    label: offset == 0
                        ? CellText(field.label, .detail).padded(labelWidth) : CellText("").padded(labelWidth),
                    value: line,
                    role: .text
                )
            }
        }
    }

    /// Lines without labels.
    static func lines(_ text: String, width: Int, role: Role = .text) -> [TextLine] {
        CellText.lines(text, width: max(width, 8)).map { TextLine(label: "", value: $0, role: role) }
    }

    /// Why something could not be read, and how to try again.
    static func failure(_ error: RequestError, width: Int, in browser: Browser) -> [TextLine] {
        lines(browser.text("✗ \(Wording.text(error))  \(.refresh)  retries"), width: width, role: .error)
    }

    /// Lines as they stand; what is too long goes on in a line of its own, without a break at blanks.
    static func code(_ text: String, width: Int) -> [TextLine] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            CellText(String(line), .detail).pieces(of: max(width, 8)).map {
                TextLine(label: "", value: $0, role: .text)
            }
        }
    }
}

extension CellText {
    /// The text cut or filled up with blanks to a width.
    func padded(_ columns: Int) -> CellText {
        let cut = truncated(to: columns)
        return cut + CellText(String(repeating: " ", count: max(columns - cut.width, 0)))
    }
}
