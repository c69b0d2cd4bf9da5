import Foundation
import ITwinsAPI

/// Reads the members of a body and collects what is wrong with them (contract section 17.20).
///
/// Reading in the order of the contract's tables gives problems in that order. Null counts as absent, members that
/// are not read do not count at all.
struct FieldReader {
    let object: JSON.Object
    /// What stands before a member's name in the target of a problem.
    let prefix: String
    var problems: ValidationErrors

    init(_ object: JSON.Object, prefix: String = "", problems: ValidationErrors) {
        self.object = object
        self.prefix = prefix
        self.problems = problems
    }

    /// A member's value; nil when it is absent or null.
    func value(_ name: String) -> JSON? {
        object[name].flatMap { $0.isNull ? nil : $0 }
    }

    /// A text that must be there and not be empty; nil when it is wrong.
    mutating func requiredText(_ name: String, atMost length: Int? = nil) -> String? {
        guard let value = value(name), value != "" else {
            problems.add(.missingRequiredProperty, prefix + name, "\(name) is required.")
            return nil
        }
        return text(value, name, atMost: length)
    }

    /// A text that may be missing; nil when it is missing or wrong.
    mutating func text(_ name: String, atMost length: Int, mayBeEmpty: Bool = true) -> String? {
        guard let value = value(name) else { return nil }
        guard mayBeEmpty || value != "" else {
            problems.add(.invalidValue, prefix + name, "\(name) must not be empty.")
            return nil
        }
        return text(value, name, atMost: length)
    }

    /// A text that was sent and can be neither null nor empty; nil when it is wrong.
    ///
    /// - Parameter missing: the code of null, which is another one for required fields (contract section 17.20).
    mutating func givenText(_ name: String, atMost length: Int, missing: ProblemCode) -> String? {
        guard value(name) != nil else {
            problems.add(missing, prefix + name, "\(name) must not be null.")
            return nil
        }
        return text(name, atMost: length, mayBeEmpty: false)
    }

    /// A value of an enumeration that must be there; nil when it is wrong.
    mutating func requiredValue<Value: OpenText>(_ name: String, among values: [Value]) -> Value? {
        guard let text = requiredText(name) else { return nil }
        return value(text, name, among: values)
    }

    /// A value of an enumeration that may be missing; nil when it is missing or wrong.
    mutating func value<Value: OpenText>(_ name: String, among values: [Value]) -> Value? {
        guard let value = value(name), let text = text(value, name, atMost: nil) else { return nil }
        return self.value(text, name, among: values)
    }

    /// A number of degrees that may be missing; nil when it is missing or wrong.
    mutating func degrees(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = value(name) else { return nil }
        guard let degrees = value.double, range.contains(degrees) else {
            problems.add(
                .invalidValue,
                prefix + name,
                "\(name) must be a number from \(range.lowerBound) to \(range.upperBound)."
            )
            return nil
        }
        return degrees
    }

    /// The name of a time zone that may be missing; nil when it is missing or wrong.
    mutating func timeZone(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        guard let zone = value.string, Rules.isTimeZone(zone) else {
            problems.add(.invalidValue, prefix + name, "\(name) must be the name of an IANA time zone.")
            return nil
        }
        return zone
    }

    /// A boolean that may be missing; nil when it is missing or wrong.
    mutating func flag(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let flag = value.bool else {
            problems.add(.invalidValue, prefix + name, "\(name) must be true or false.")
            return nil
        }
        return flag
    }

    /// A UUID that may be missing, in lower case; nil when it is missing or wrong.
    mutating func uuid(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string, let id = UUID(uuidString: text) else {
            problems.add(.invalidValue, prefix + name, "\(name) must be a UUID.")
            return nil
        }
        return id.uuidString.lowercased()
    }

    private mutating func text(_ value: JSON, _ name: String, atMost length: Int?) -> String? {
        guard let text = value.string else {
            problems.add(.invalidValue, prefix + name, "\(name) must be a string.")
            return nil
        }
        // Characters are code points, as in JSON Schema: a letter may carry any number of accents.
        if let length, text.unicodeScalars.count > length {
            problems.add(.invalidValue, prefix + name, "\(name) may have \(length) characters at most.")
            return nil
        }
        guard !text.utf8.contains(0) else {
            problems.add(.invalidValue, prefix + name, "\(name) must not contain NUL.")
            return nil
        }
        return text
    }

    private mutating func value<Value: OpenText>(_ text: String, _ name: String, among values: [Value]) -> Value? {
        let value = Value(rawValue: text)
        guard values.contains(value) else {
            let names = values.map(\.rawValue).joined(separator: ", ")
            problems.add(.invalidValue, prefix + name, "'\(APIError.echo(text))' is not one of \(names).")
            return nil
        }
        return value
    }
}
