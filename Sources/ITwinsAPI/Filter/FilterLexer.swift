/// A word or sign of `$filter` or `$orderby`.
struct FilterToken {
    enum Kind: Hashable {
        /// A name or a keyword.
        case word(String)
        case literal(FilterExpression.Literal)
        /// A bracket or comma.
        case sign(Unicode.Scalar)
        /// What is none of the others; the text says what it should have been.
        case malformed(String)
        case end
    }

    let kind: Kind
    /// How many characters, as code points, stand before its end.
    let end: Int

    /// The lower-case text of a word; empty for everything else.
    var keyword: String {
        guard case .word(let text) = kind else { return "" }
        return text.lowercased()
    }
}

/// Cuts the text of `$filter` or `$orderby` into words and signs.
struct FilterLexer {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private let blank: Set<Unicode.Scalar>
    private let plusInTextIsBlank: Bool

    /// The words and signs of a text, the last of which is the end or what is malformed.
    ///
    /// - Parameter plusIsBlank: see `FilterExpression.init`.
    static func tokens(_ text: String, plusIsBlank: Bool = false) throws(FilterError) -> [FilterToken] {
        guard text.utf8.count <= FilterLimits.bytes else {
            var bytes = 0
            let fitting = text.unicodeScalars.prefix { scalar in
                bytes += UTF8.width(scalar)
                return bytes <= FilterLimits.bytes
            }
            throw FilterError(.unusable, at: fitting.count + 1, "At most \(FilterLimits.bytes) bytes are allowed")
        }
        var lexer = FilterLexer(text, plusIsBlank: plusIsBlank)
        var tokens: [FilterToken] = []
        while true {
            let token = lexer.next()
            tokens.append(token)
            switch token.kind {
            case .end, .malformed: return tokens
            case .word, .literal, .sign: continue
            }
        }
    }

    private init(_ text: String, plusIsBlank: Bool) {
        scalars = Array(text.unicodeScalars)
        blank = plusIsBlank ? [" ", "\t", "\r", "\n", "+"] : [" ", "\t", "\r", "\n"]
        plusInTextIsBlank = plusIsBlank && Self.isEncoded(scalars)
    }

    /// True when all blanks of a text are written as plus: there is one outside of quotes, and no blank anywhere.
    private static func isEncoded(_ scalars: [Unicode.Scalar]) -> Bool {
        var isQuoted = false
        var hasPlus = false
        for scalar in scalars {
            switch scalar {
            case " ": return false
            case "'": isQuoted.toggle()
            case "+": hasPlus = hasPlus || !isQuoted
            default: break
            }
        }
        return hasPlus
    }

    private mutating func next() -> FilterToken {
        while let scalar = peek(), blank.contains(scalar) { index += 1 }
        let kind = kind()
        return FilterToken(kind: kind, end: index)
    }

    private mutating func kind() -> FilterToken.Kind {
        guard let first = peek() else { return .end }
        switch first {
        case "(", ")", "[", "]", ",":
            index += 1
            return .sign(first)
        case "'":
            index += 1
            return text()
        case "-" where peek(1).map(Self.isDigit) == true: return number()
        case _ where Self.isDigit(first): return isDate ? moment() : number()
        case _ where Self.isLetter(first):
            let start = index
            skip { Self.isLetter($0) || Self.isDigit($0) }
            return .word(String(String.UnicodeScalarView(scalars[start..<index])))
        default:
            index += 1
            return .malformed("A property, a value, an operator or a bracket is expected here")
        }
    }

    /// A text after its opening quote; two quotes are one of the text.
    private mutating func text() -> FilterToken.Kind {
        var text = String.UnicodeScalarView()
        while let scalar = peek() {
            index += 1
            switch scalar {
            case "'" where peek() != "'": return .literal(.text(String(text)))
            case "'":
                index += 1
                text.append(scalar)
            // No iTwin has one, and SQLite would end the text there.
            case "\0": return .malformed("NUL is not allowed in a string")
            case "+" where plusInTextIsBlank: text.append(" ")
            default: text.append(scalar)
            }
        }
        return .malformed("The string has no closing quote; write a quote within a string twice")
    }

    private mutating func number() -> FilterToken.Kind {
        let start = index
        index += 1
        skip(Self.isDigit)
        if peek() == ".", peek(1).map(Self.isDigit) == true {
            index += 1
            skip(Self.isDigit)
        }
        if peek() == "e" || peek() == "E" {
            let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
            if peek(1 + sign).map(Self.isDigit) == true {
                index += 1 + sign
                skip(Self.isDigit)
            }
        }
        guard endsHere(), let number = Double(String(String.UnicodeScalarView(scalars[start..<index]))), number.isFinite
        else { return .malformed("Numbers are written as 51.5 or -0.12, texts in single quotes") }
        return .literal(.number(number))
    }

    /// True for four digits and a hyphen.
    private var isDate: Bool {
        (0..<4).allSatisfy { peek($0).map(Self.isDigit) == true } && peek(4) == "-"
    }

    /// A date alone is its midnight in UTC.
    private mutating func moment() -> FilterToken.Kind {
        let start = index
        skip { Self.isDigit($0) || $0 == "-" }
        var midnight = "T00:00:00Z"
        if peek() == "T" || peek() == "t" {
            midnight = ""
            index += 1
            skip { Self.isDigit($0) || $0 == ":" || $0 == "." }
            switch peek() {
            case "Z", "z": index += 1
            // A plus that stands for a blank has no hour behind it.
            case "+", "-":
                if peek(1).map(Self.isDigit) == true, peek(2).map(Self.isDigit) == true, peek(3) == ":" {
                    index += 1
                    skip { Self.isDigit($0) || $0 == ":" }
                }
            default: break
            }
        }
        guard endsHere(),
            let moment = Timestamp(String(String.UnicodeScalarView(scalars[start..<index])) + midnight)
        else { return .malformed("Dates are written as 2025-02-03 or 2025-02-03T04:05:06Z, without quotes") }
        return .literal(.moment(moment))
    }

    /// True when a number or date is not followed by more of a word, which is skipped otherwise.
    private mutating func endsHere() -> Bool {
        let end = index
        skip { Self.isLetter($0) || Self.isDigit($0) || $0 == "." || $0 == ":" || $0 == "-" }
        return index == end
    }

    private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
        index + offset < scalars.count ? scalars[index + offset] : nil
    }

    private mutating func skip(_ belongs: (Unicode.Scalar) -> Bool) {
        while let scalar = peek(), belongs(scalar) { index += 1 }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "_": true
        default: scalar.value >= 0x80 && scalar.properties.isAlphabetic
        }
    }
}
