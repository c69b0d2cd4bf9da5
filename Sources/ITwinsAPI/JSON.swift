/// A JSON value as it stood in the text: members keep their order and numbers their spelling.
///
/// Requests and answers go through this type and not through `JSONDecoder`, which takes the first of two equal keys,
/// trailing commas, UTF-16 and byte-order marks without a word and cannot keep a field that a model does not know (RFC
/// 8259).
public enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Number)
    case string(String)
    case array([JSON])
    case object(Object)

    /// A number as spelled, so that no digit is lost between reading and writing.
    public struct Number: Hashable, Sendable {
        /// The number's text, valid by RFC 8259 section 6.
        public let text: String

        init(text: String) {
            self.text = text
        }

        /// The value when the spelling is a plain integer that fits 64 bits; `1.0` and `1e2` are not.
        public var int: Int? { Int(text) }

        /// The nearest finite double; nil when the number is out of a double's range.
        public var double: Double? {
            guard let value = Double(text), value.isFinite else { return nil }
            return value
        }
    }

    /// Members in the order of the text. Looking a name up is linear: objects of this API are small.
    public struct Object: Hashable, Sendable, ExpressibleByDictionaryLiteral {
        /// One name and its value.
        public struct Member: Hashable, Sendable {
            /// The member's name, unescaped.
            public let name: String
            /// The member's value.
            public var value: JSON

            /// Makes a member of a name and a value.
            public init(name: String, value: JSON) {
                self.name = name
                self.value = value
            }
        }

        /// The members, in order.
        public private(set) var members: [Member]

        /// Makes an object of members in order; the names are expected to be distinct.
        public init(_ members: [Member] = []) {
            self.members = members
        }

        /// Makes an object from a literal, keeping the literal's order.
        public init(dictionaryLiteral elements: (String, JSON)...) {
            members = elements.map { Member(name: $0.0, value: $0.1) }
        }

        /// The value of a member; nil when there is none of that name. Setting nil removes the member, setting a new
        /// one appends it.
        public subscript(_ name: String) -> JSON? {
            get { members.first { $0.name == name }?.value }
            set {
                let index = members.firstIndex { $0.name == name }
                switch (index, newValue) {
                case (let index?, let value?): members[index].value = value
                case (let index?, nil): members.remove(at: index)
                case (nil, let value?): members.append(Member(name: name, value: value))
                case (nil, nil): break
                }
            }
        }

        /// True when there is no member.
        public var isEmpty: Bool { members.isEmpty }
    }

    /// Makes a number of an integer.
    public static func int(_ value: Int) -> JSON { .number(Number(text: String(value))) }

    /// Makes a number of a double; null when it is not finite, which JSON cannot say.
    public static func double(_ value: Double) -> JSON {
        guard value.isFinite else { return .null }
        if value == value.rounded(), abs(value) < 1e15 { return .number(Number(text: String(Int(value)))) }
        return .number(Number(text: String(value)))
    }

    /// Makes a string, or null of nil.
    public static func optional(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }

    /// The text of a string; nil for every other kind.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The truth value of a boolean; nil for every other kind.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The double of a number; nil for every other kind.
    public var double: Double? {
        guard case .number(let number) = self else { return nil }
        return number.double
    }

    /// The integer of a number spelled as one; nil for every other kind.
    public var int: Int? {
        guard case .number(let number) = self else { return nil }
        return number.int
    }

    /// The elements of an array; nil for every other kind.
    public var array: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The object; nil for every other kind.
    public var object: Object? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    /// A member of an object; nil for every other kind and for a missing member.
    public subscript(_ name: String) -> JSON? { object?[name] }

    /// True for null alone.
    public var isNull: Bool { self == .null }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
{
    /// Makes a string from a literal.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Makes an array from a literal.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// Makes an object from a literal, keeping the literal's order.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Object(elements.map { Object.Member(name: $0.0, value: $0.1) }))
    }
    /// Makes a boolean from a literal.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Makes a number from a literal.
    public init(integerLiteral value: Int) { self = .int(value) }
}
