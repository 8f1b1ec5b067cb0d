using System.Reflection;
using Xunit;

namespace Cis2Auth.Convention.Tests;

public sealed class ImmutableTests
{
    public static TheoryData<Type> Results => [typeof(Cis2AuthorizationRequest), typeof(Cis2ClientAssertion), typeof(Cis2Identity), typeof(Cis2SignIn), typeof(Cis2Tokens)];

    /// <summary>A field that is filled at first use is one reference: of a larger one another thread could see a half.</summary>
    [Theory]
    [MemberData(nameof(Results))]
    public void WhatAResultFillsAtFirstUse_IsAReference(Type result)
    {
        FieldInfo[] fields = result.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);
        Assert.NotEmpty(fields);
        Assert.Empty(fields.Where(field => !field.IsInitOnly && field.FieldType.IsValueType).Select(field => field.Name));
    }
}
