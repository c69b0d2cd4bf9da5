public import ITwinsAPI

extension SeededGenerator {
    /// A filter whose comparisons are possible, of up to about 40 nodes and 10 brackets around each other.
    ///
    /// - Parameter texts: what is compared with and looked for.
    public mutating func filter(_ texts: [String], depth: Int = 4) -> FilterExpression {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 4), using: &self) {
        case 0, 1:
            let field = anyField()
            return .comparison(field, choice(FilterExpression.Comparison.allCases), operand(texts, field.kind))
        case 2: return .call(choice(FilterExpression.Function.allCases), field(.text), textOperand(texts))
        case 3:
            let field = anyField()
            let count = Int.random(in: 1...4, using: &self)
            return .anyOf(field, (0..<count).map { _ in literal(texts, field.kind) })
        case 4: return .not(filter(texts, depth: depth - 1))
        case 5: return .and(filter(texts, depth: depth - 1), filter(texts, depth: depth - 1))
        default: return .or(filter(texts, depth: depth - 1), filter(texts, depth: depth - 1))
        }
    }

    /// Text of up to `count` scalars that make trouble, without NUL, which no text of an iTwin has.
    public mutating func filterText(upTo count: Int) -> String {
        String(String.UnicodeScalarView(hostileText(upTo: count).unicodeScalars.filter { $0 != "\0" }))
    }

    /// A degree, some of them whole or with many digits.
    public mutating func degrees() -> Double {
        choice([0, -0.12, 51.5, 90, -90, 1e-7, Double.random(in: -90...90, using: &self)])
    }

    /// A moment, now and then one of a few.
    public mutating func moment() -> Timestamp {
        let seconds = choice([0, 1_738_555_445.7, Double(Int.random(in: -1_000_000_000...4_000_000_000, using: &self))])
        return Timestamp(secondsSince1970: seconds)
    }

    /// One of some.
    public mutating func choice<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &self)]
    }

    private mutating func anyField() -> ITwin.Field { choice(ITwin.Field.allCases) }

    private mutating func field(_ kind: ITwin.Field.Kind) -> ITwin.Field {
        choice(ITwin.Field.allCases.filter { $0.kind == kind })
    }

    private mutating func operand(_ texts: [String], _ kind: ITwin.Field.Kind) -> FilterExpression.Operand {
        Int.random(in: 0..<5, using: &self) == 0 ? .property(field(kind)) : .literal(literal(texts, kind))
    }

    private mutating func textOperand(_ texts: [String]) -> FilterExpression.Operand {
        Int.random(in: 0..<5, using: &self) == 0 ? .property(field(.text)) : .literal(.text(choice(texts)))
    }

    private mutating func literal(_ texts: [String], _ kind: ITwin.Field.Kind) -> FilterExpression.Literal {
        if Int.random(in: 0..<6, using: &self) == 0 { return .null }
        switch kind {
        case .text: return .text(choice(texts))
        case .number: return .number(degrees())
        case .moment: return .moment(moment())
        }
    }
}
